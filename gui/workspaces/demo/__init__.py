"""The Demo workspace: the pipeline explained by watching it."""
