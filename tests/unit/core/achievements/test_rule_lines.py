"""The line of a rule file that is about something."""

from __future__ import annotations

import pytest

from core.achievements.rule_lines import line_of

TEXT = """# head

[[achievement]]
code = "a"
name = "name = b"
 [[ achievement ]]  # another
code = "b"
description = '''
= c'''
  "target" = 5
"""


@pytest.mark.parametrize(
    ("number", "key", "line"),
    [
        (0, "", 3),
        (0, "code", 4),
        (0, "name", 5),
        (0, "target", 3),
        (1, "code", 7),
        (1, "", 6),
        (1, "target", 10),
        (2, "code", 1),
    ],
)
def test_that_the_line_of_a_key_or_of_its_rule_is_found(number: int, key: str, line: int) -> None:
    assert line_of(TEXT, number, key) == line
