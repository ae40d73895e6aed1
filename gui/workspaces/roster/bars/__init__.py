"""The bars above and below the grid, and the question for the name of a template."""
