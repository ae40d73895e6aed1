"""The question before a backup is restored: what it holds, and what becomes of what is there now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QWidget

from core.care.manifest import Manifest
from gui.theme.theme import Theme
from gui.widgets.dialog import QuestionDialog

ELSEWHERE = "The results of this console are elsewhere, and stay as they are."
_TEXT = (
    "The window closes, results, outbox, queue and settings of the data folder are replaced, and it opens again. What "
    "is there now is kept in a folder of its own beside them. No other console or worker may use the folder meanwhile."
)


class RestoreDialog(QuestionDialog):
    """`confirmed` carries the folder of the backup. Enter cancels."""

    def __init__(
        self,
        theme: Theme,
        backup: Path,
        manifest: Manifest,
        contents: Sequence[str],
        parent: QWidget | None = None,
        *,
        has_other_results: bool = False,
    ) -> None:
        """`contents`: how large it is, and what is in it. `has_other_results`: not those of the data folder."""
        made = datetime.fromisoformat(manifest.made_at)
        holds = f"It holds {', '.join(contents)}, and was made by version {manifest.program_version}."
        notes = [holds, *manifest.left_out, *([ELSEWHERE] if has_other_results else []), _TEXT]
        super().__init__(
            theme,
            "Restore",
            f"Restore the backup of {made.day} {made:%B %Y, %H:%M} UTC?",
            "\n\n".join(notes),
            backup,
            act="&Restore",
            icon="backup-restore",
            keep="&Cancel",
            parent=parent,
        )
