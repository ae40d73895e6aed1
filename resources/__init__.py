"""Data files: sports, achievements, icons, styles, samples."""

from __future__ import annotations

from pathlib import Path


def resource_path(name: str) -> Path:
    """The path of a data file, `icons/paceline.svg` say; for what only takes files. The package is never zipped."""
    return Path(__file__).parent / name
