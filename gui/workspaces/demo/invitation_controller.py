"""Makes the controller of the Demo workspace: of a demonstration, of a recording, or of the way to one."""

from __future__ import annotations

import sys

from PySide6.QtCore import QProcess, Slot
from typing_extensions import override

from gui.frame.workspace import WorkspaceContext, WorkspaceController
from gui.frame.workspace_entry import Request, StartDemo
from gui.workspaces.demo.invitation import DemoInvitation


def make_controller(context: WorkspaceContext) -> WorkspaceController:
    """A console with data of its own loads nothing of the demonstration."""
    if context.player is not None:
        from gui.workspaces.demo.flow.recorded_controller import RecordedDemoController

        return RecordedDemoController(context, context.player)
    if context.demo is None or context.options.read_only:
        return InvitationController(context)
    from gui.workspaces.demo.controller import DemoController

    return DemoController(context, context.demo)


class InvitationController(WorkspaceController):
    """Main thread. Starts a demonstration in a process of its own, so that it does not change this user's files."""

    def __init__(self, context: WorkspaceContext) -> None:
        self._invitation = DemoInvitation(context.theme)
        super().__init__(self._invitation)
        self._theme = context.theme
        self._invitation.demo_requested.connect(self._on_demo_requested)

    @override
    def handle(self, request: Request) -> None:
        if isinstance(request, StartDemo):
            self._on_demo_requested()

    @override
    def focus_first(self) -> None:
        self._invitation.page.button.setFocus()

    @Slot()
    def _on_demo_requested(self) -> None:
        QProcess.startDetached(sys.executable, ["-m", "gui", "--demo", "--theme", self._theme.mode])
