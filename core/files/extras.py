"""Imports the libraries that read some kinds of files; they are an extra of the installation."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from core.errors import SettingError


def reader_library(module: str, kind: str) -> Any:
    """The module; SettingError that says how to install it where it is not there."""
    try:
        return import_module(module)
    except ImportError:
        raise SettingError(f"To read {kind} files install the extra: pip install 'paceline[files]'.") from None
