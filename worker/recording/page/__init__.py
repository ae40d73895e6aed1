"""A recording as one page for a browser: what happened, moment by moment, without the program."""
