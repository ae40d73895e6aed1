"""The repair pane: edits one failed message and sends it again."""
