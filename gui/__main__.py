"""`python -m gui` is the command `paceline`."""

from gui.app import main

main()
