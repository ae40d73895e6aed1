"""Settings file, environment, passwords, addresses of local files."""
