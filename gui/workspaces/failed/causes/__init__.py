"""The list of failure causes with the number of messages of each."""
