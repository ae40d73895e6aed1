"""The table of workers and their actions."""
