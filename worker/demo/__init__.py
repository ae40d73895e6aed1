"""The demonstration without its screens: sample load, and what is done to the pipeline to show that it holds."""
