"""The states that a glyph stands for. Qt-free."""

from __future__ import annotations

from typing import Literal

State = Literal["waiting", "running", "stored", "failed", "kept", "achievement", "paused", "idle"]
