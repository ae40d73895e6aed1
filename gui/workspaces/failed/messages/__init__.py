"""The table of failed messages, its actions and notices."""
