"""Form fields, and how values are written on every screen."""
