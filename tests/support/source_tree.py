"""The modules of the product in their order, and what each imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ORDER = ("resources", "core", "worker", "gui")

MODULES = sorted(path for layer in ORDER for path in (ROOT / layer).rglob("*.py"))


def imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def layer_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def private_to_pytest(text: str) -> set[str]:
    """The test modules and conftests among what a module imports, at its top or further in."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            named |= {part for alias in node.names for part in alias.name.split(".")}
        elif isinstance(node, ast.ImportFrom):
            named |= {*(node.module or "").split("."), *(alias.name for alias in node.names)}
    return {part for part in named if part.startswith("test_") or part == "conftest"}
