"""The Pipeline workspace: what a developer watches."""
