"""Files that are dropped on the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override


class FileDrops(QObject):
    """Main thread. Makes a window take files, from anywhere in it that takes no drops itself."""

    files_dropped = Signal(object)  # paths

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent) and (paths := _paths(event)):  # it entered, moved, or was dropped
            event.acceptProposedAction()
            if event.type() is QEvent.Type.Drop:
                self.files_dropped.emit(paths)
            return True
        return False


def _paths(event: QDropEvent) -> tuple[str, ...]:
    return tuple(url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile())
