"""Recording sessions, and pages made of recordings."""
