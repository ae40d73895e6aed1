"""The live charts of the console. Loading pyqtgraph takes longer than the window: see ConsoleWorkspace."""
