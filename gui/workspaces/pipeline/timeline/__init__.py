"""The life of one workout, step by step."""
