"""What a console does before and around its window: checks, memory, the end."""
