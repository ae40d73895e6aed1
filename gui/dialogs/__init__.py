"""The connection dialog and the settings dialog."""
