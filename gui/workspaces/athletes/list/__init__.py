"""The list of athletes: search, sort, and rows that are loaded as they are scrolled to."""
