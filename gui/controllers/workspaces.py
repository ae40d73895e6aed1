"""The registry: the workspaces of the program, in the order of the rail. The first is built before the first paint.

Qt-free, since the command line looks up their keys before Qt is loaded.
"""

from __future__ import annotations

from gui.workspaces.athletes.entry import ATHLETES
from gui.workspaces.console.entry import CONSOLE
from gui.workspaces.demo.entry import DEMO
from gui.workspaces.failed.entry import FAILED
from gui.workspaces.pipeline.entry import PIPELINE

WORKSPACES = (CONSOLE, ATHLETES, PIPELINE, FAILED, DEMO)
