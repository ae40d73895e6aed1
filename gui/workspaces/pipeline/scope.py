"""Whose work the charts show. Qt-free."""

from __future__ import annotations

WHOLE, OWN = "whole", "own"
SCOPE_TIP = "Only what this console's workers took and did"
