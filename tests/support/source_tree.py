"""The modules of the product in their order, and what each imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ORDER = ("resources", "core", "worker", "gui")

# In the words of an import, on one line or in parentheses; a test's own functions come after `def`.
_MAY_BE_PRIVATE = re.compile(r"(?<!def )\b(?:test_\w+|conftest)\b")

MODULES = sorted(path for layer in ORDER for path in (ROOT / layer).rglob("*.py"))


@cache
def imported_names(path: Path) -> frozenset[str]:
    return frozenset(_imported_names(ast.parse(path.read_text(encoding="utf-8"))))


def _imported_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def layer_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def private_to_pytest(text: str) -> set[str]:
    """The test modules and conftests among what a module imports, at its top or further in."""
    named: set[str] = set()
    if not _MAY_BE_PRIVATE.search(text):
        return named
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            named |= {part for alias in node.names for part in alias.name.split(".")}
        elif isinstance(node, ast.ImportFrom):
            named |= {*(node.module or "").split("."), *(alias.name for alias in node.names)}
    return {part for part in named if part.startswith("test_") or part == "conftest"}
