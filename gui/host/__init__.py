"""What runs behind the window: the bridge to the main thread, the pipeline, background tasks, HTTP."""
