"""The live charts of the console. Importing pyqtgraph is slow, so ConsoleWorkspace loads them after the window."""
