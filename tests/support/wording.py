"""What a module says in its docstrings and comments, and the names it gives."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator, Mapping

_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def remarks(text: str) -> Iterator[tuple[int, str]]:
    """Each docstring and comment of a module with the line it begins in."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, _DOCUMENTED) and (docstring := ast.get_docstring(node)) is not None:
            yield node.body[0].lineno, docstring


def words_used(text: str, words: re.Pattern[str]) -> list[str]:
    """`line: word` for each of `words` in a docstring or comment."""
    if not words.search(text):
        return []
    return [f"{line}: {found}" for line, remark in sorted(remarks(text)) for found in words.findall(remark)]


def sentences_with(text: str, words: re.Pattern[str]) -> list[str]:
    """The literals with one of `words` that are no docstrings and more than one word, which alone is a key."""
    nodes = list(ast.walk(ast.parse(text)))
    documented = [node.body[0] for node in nodes if isinstance(node, _DOCUMENTED) and ast.get_docstring(node)]
    docstrings = {id(each.value) for each in documented if isinstance(each, ast.Expr)}
    literals = [node for node in nodes if isinstance(node, ast.Constant) and id(node) not in docstrings]
    texts = [node.value for node in literals if isinstance(node.value, str)]
    return [each for each in texts if " " in each and words.search(each)]


def classes_of(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Class -> the modules that define it, at their top or further in."""
    found: dict[str, list[str]] = defaultdict(list)
    for module, text in texts.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(module)
    return found


def names_of(text: str) -> set[str]:
    """What a module defines, assigns, reads or imports by name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                found.add(node.name)
            case ast.Name():
                found.add(node.id)
            case ast.Attribute():
                found.add(node.attr)
            case ast.arg():
                found.add(node.arg)
            case ast.alias():
                found |= {node.name.split(".")[-1], node.asname or ""}
    return found


def signals_of(text: str) -> set[str]:
    """Attributes of classes that are assigned a Qt `Signal`."""
    if "Signal" not in text:
        return set()
    return {
        target.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call)
        if ast.unparse(node.value.func).split(".")[-1] == "Signal"
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
