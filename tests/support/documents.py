"""What documents name, and what the code has of it; functions over texts, so that tests can plant some."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

TOP = ("core", "worker", "gui", "resources", "tests", "docs", "deploy", "requirements")
STARTERS = ("Thread", "ThreadPoolExecutor")

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_MERMAID = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
_NAME = re.compile(r"([A-Z]\w*[a-z]\w*)(?:\.(\w+))?(?:\(\))?")
_FUNCTION = re.compile(r"[a-z_]+\(\)")
_CAMEL = re.compile(r"\b(?:[A-Z][a-z0-9]+){2,}\b")
PATH = re.compile(rf"(?<![\w./:-])(?:{'|'.join(TOP)})/[\w./-]*\w")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(?:home|root|tmp|work|Users|opt|srv|mnt|var)/\w|\b[A-Z]:\\")


def defined(texts: Iterable[str]) -> dict[str, set[str]]:
    """Classes by name, with their members; under "" the functions."""
    found: dict[str, set[str]] = {"": set()}
    for text in texts:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found[""].add(node.name)
            elif isinstance(node, ast.ClassDef):
                found.setdefault(node.name, set()).update(_members(node))
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                found.setdefault(node.targets[0].id, set())  # names of types: `StepKind = Literal[...]`
    return found


def _members(owner: ast.ClassDef) -> Iterator[str]:
    for node in ast.walk(owner):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.attr if isinstance(node, ast.Attribute) else node.id


def unknown_names(document: str, known: Mapping[str, set[str]]) -> set[str]:
    """Classes, members and functions that stand in backticks or in a diagram, and are not there."""
    prose = _FENCE.sub("", document)
    unknown = {name for drawn in _MERMAID.findall(document) for name in _CAMEL.findall(drawn) if name not in known}
    for span in SPAN.findall(prose):
        if named := _NAME.fullmatch(span):
            owner, member = named.groups()
            if owner not in known or (member and member not in known[owner]):
                unknown.add(span)
        elif _FUNCTION.fullmatch(span) and span[:-2] not in known[""]:
            unknown.add(span)
    return unknown


def lost_paths(document: str, root: Path) -> set[str]:
    return {
        path
        for path in PATH.findall(document)
        if not (root / path).exists() and not (root / path).with_suffix(".py").exists()
    }


def first_cells(document: str, heading: str) -> list[str]:
    """The first column of the tables under a heading, without their heads."""
    section = document.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split(" | ")[0].removeprefix("| ").strip() for line in section.splitlines() if line.startswith("| ")]
    heads = {
        line for line, below in zip(section.splitlines(), section.splitlines()[1:], strict=False) if below[:2] == "|-"
    }
    return [row for row in rows if not any(head.startswith(f"| {row} |") for head in heads)]


def layers(text: str) -> list[str]:
    """The rooms in their order, as `test_layers.py` holds them."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LAYERS":
            return [room.replace(".", "/") for rooms in ast.literal_eval(node.value).values() for room in rooms]
    return []


def enum_members(texts: Iterable[str], names: Iterable[str]) -> set[str]:
    wanted = set(names)
    return {
        f"{node.name}.{target.id}"
        for text in texts
        if any(name in text for name in wanted)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef) and node.name in wanted
        for line in node.body
        if isinstance(line, ast.Assign)
        for target in line.targets
        if isinstance(target, ast.Name)
    }


def literals(texts: Iterable[str], name: str) -> set[str]:
    """Of `name = Literal[...]`."""
    return {
        str(constant.value)
        for text in texts
        if name in text
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
        for constant in ast.walk(node.value)
        if isinstance(constant, ast.Constant)
    }


def thread_names(texts: Iterable[str]) -> set[str]:
    """As they are started, or as a ServiceThread is made; of a name that is put together, its fixed beginning."""
    found = set()
    for text in texts:
        if "Thread" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and "ServiceThread" in map(ast.unparse, node.bases):
                calls = [each for each in ast.walk(node) if isinstance(each, ast.Call)]
                names = [call.args[0] for call in calls if ast.unparse(call.func) == "super().__init__"]
            elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in STARTERS:
                names = [each.value for each in node.keywords if each.arg in ("name", "thread_name_prefix")]
            else:
                continue
            firsts = [name.values[0] if isinstance(name, ast.JoinedStr) else name for name in names]
            found |= {str(first.value).strip() for first in firsts if isinstance(first, ast.Constant)}
    return found


def words(text: str) -> str:
    """Lower case, one space between words, names taken apart: `DeadLetter` and `dead_letter` are `dead letter`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return " ".join(["", *re.findall(r"[^\W_]+", apart), ""]).lower()


def unused_terms(terms: Iterable[str], code: str) -> list[str]:
    plain = words(code)
    return [term for term in terms if not any(f"{words(term)[:-1]}{end} " in plain for end in ("", "s", "ed"))]


def broken_links(document: str, path: Path) -> list[str]:
    broken = []
    for target in _LINK.findall(_FENCE.sub("", document)):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        goal = path.parent / file if file else path
        if not goal.exists() or (anchor and anchor not in _anchors(goal.read_text(encoding="utf-8"))):
            broken.append(target)
    return broken


def _anchors(document: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def unknown_targets(document: str, makefile: str) -> set[str]:
    said = re.findall(r"(?:`|^ {4})make ([a-z]+)", document, re.MULTILINE)
    return {target for target in said if not re.search(rf"^{target}:", makefile, re.MULTILINE)}
