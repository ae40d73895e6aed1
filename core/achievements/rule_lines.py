"""Finds the line of a rule file that is about a rule, or about one of its keys."""

from __future__ import annotations

import re

_TABLE = re.compile(r"^\s*\[\[\s*achievement\s*\]\]")


def line_of(toml_text: str, number: int, key: str = "") -> int:
    """The line, from 1, of a key in the rule with this number, from 0; of the rule's first line where it has no such
    key. 1 where there is no such rule.

    Of TOML only what rules are written in is understood: a table begins in a line of its own, and so does a key.
    """
    found, begin = -1, 1
    for line, text in enumerate(toml_text.split("\n"), 1):
        if _TABLE.match(text):
            if found == number:
                break
            found += 1
            if found == number:
                begin = line
        elif found == number and key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", text):
            return line
    return begin


def line_of_table(toml_text: str, name: str) -> int:
    """The first line, from 1, with a table or a key of this name; 1 where there is none."""
    named = re.compile(rf"\s*\[*\s*\"?{re.escape(name)}\"?\s*[\]=.]")
    return next((line for line, text in enumerate(toml_text.split("\n"), 1) if named.match(text)), 1)
