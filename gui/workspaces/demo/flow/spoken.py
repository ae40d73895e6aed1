"""What a screen reader says of a part of the flow. Qt-free."""

from __future__ import annotations

from gui.workspaces.demo.flow.words import ADD_WORKER, WORKERS, NodeWords, WorkerWords


def part_sentence(part: str, words: object) -> str:
    """`Queue: 33 waiting, oldest 28 s, empty in 4 min`."""
    if isinstance(words, NodeWords):
        return _node(words)
    if isinstance(words, WorkerWords):
        return _worker(words)
    if part == WORKERS and isinstance(words, int):
        return f"Workers: {words:,}"
    if part == ADD_WORKER and isinstance(words, tuple):
        return f"Add a worker: {words[0]}"
    return ""


def _node(words: NodeWords) -> str:
    parts = [f"{words.number[0]} {words.unit}".strip()] if words.number else []
    parts += [words.corner] if words.corner else []
    parts += [f"{row.label} {row.value}" for row in words.rows]
    parts += list(words.line[:1])
    return f"{words.title}: {', '.join(parts)}"


def _worker(words: WorkerWords) -> str:
    parts = (words.state if words.took else "", words.job[0], words.took, words.rate)
    return f"{words.title}: {', '.join(filter(None, parts))}"
