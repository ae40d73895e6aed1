"""Which names with an underscore our code uses of other people's libraries, found by reading it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("core", "worker", "gui")
# Of the standard library, and of SQLAlchemy, which documents it: no private names.
PUBLIC = {"_exit", "_mapping"}


def foreign_private_names(*places: str) -> set[str]:
    """What is read in these files and folders and written or defined nowhere in our tree."""
    ours = {name for tree in _trees(LAYERS) for name in _defined(tree)}
    return {name for tree in _trees(places) for name in _used(tree)} - ours - PUBLIC


def overridden(ours: type, theirs: type) -> set[str]:
    """Methods and attributes of `ours` that `theirs` has as well."""
    own = {name for name in vars(ours) if not name.startswith(("__", "_abc_"))}
    return own & set(dir(theirs))


def _trees(places: tuple[str, ...]) -> Iterator[ast.AST]:
    for place in places:
        path = ROOT / place
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            yield ast.parse(file.read_text(encoding="utf-8"))


def _defined(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def _used(tree: ast.AST) -> Iterator[str]:
    """Attributes, and names given to `getattr`, that begin with one underscore."""
    for node in ast.walk(tree):
        name = ""
        if isinstance(node, ast.Attribute):
            name = node.attr
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "hasattr"):
            name = str(node.args[1].value) if isinstance(node.args[1], ast.Constant) else ""
        if name.startswith("_") and not name.startswith("__"):
            yield name
