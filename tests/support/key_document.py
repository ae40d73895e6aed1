"""docs/keys.md, made of the registry: `.venv/bin/python -m tests.support.key_document` writes it."""

from __future__ import annotations

from gui.controllers.workspaces import WORKSPACES
from gui.shortcuts import listed
from tests.support.source_tree import ROOT

HEAD = """# Keys

All shortcuts of the console, by the place where they work; F1 shows the same list, Ctrl+K finds every command. Arrow
and page keys, Tab, and the keys that edit text work as everywhere.
"""


def document() -> str:
    parts = [HEAD]
    for title, shortcuts in listed([entry.title for entry in WORKSPACES]).items():
        rows = [f"| {', '.join(f'`{key}`' for key in each.keys.split())} | {each.plain} |" for each in shortcuts]
        parts.append("\n".join([f"## {title}", "", "| key | does |", "|---|---|", *rows, ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    (ROOT / "docs" / "keys.md").write_text(document(), encoding="utf-8")
