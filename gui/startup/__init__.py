"""Start and end of the console: preflight checks, session, signals, error hooks, garbage collection."""
