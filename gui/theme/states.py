"""States of a workout that have a glyph. Qt-free."""

from __future__ import annotations

from typing import Literal

State = Literal["waiting", "running", "stored", "failed", "kept", "achievement", "paused", "idle"]
