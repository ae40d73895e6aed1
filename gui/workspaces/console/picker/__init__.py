"""The picker of what the form is filled with again: templates, and every stored workout."""
