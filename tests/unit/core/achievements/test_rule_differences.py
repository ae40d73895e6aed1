"""What is other in edited rules."""

from __future__ import annotations

from core.achievements.rule_differences import RuleDifferences, differences
from core.achievements.rules import AchievementRules

RULE = (
    '[[achievement]]\ncode = "{0}"\nname = "{1}"\ndescription = "{2}"\nicon = "mdi6.run"\n'
    'kind = "count"\ntarget = {3}\n'
)


def rules(*rows: tuple[str, str, str, int]) -> AchievementRules:
    return AchievementRules.parse("\n".join(RULE.format(*row) for row in rows))


def test_that_rules_are_compared_by_their_codes() -> None:
    before = rules(("a", "A", "d", 1), ("b", "B", "d", 2), ("c", "C", "d", 3))
    after = rules(("d", "D", "d", 4), ("b", "B two", "d", 2), ("a", "A", "d", 1))
    assert differences(before, after) == RuleDifferences(("D",), ("C",), ("B two",), computes=True)
    assert differences(None, before) == RuleDifferences(("A", "B", "C"), (), (), computes=True)


def test_that_other_words_change_no_results() -> None:
    found = differences(rules(("a", "A", "d", 1)), rules(("a", "A", "more", 1)))
    assert (found.changed, found.computes, found.any) == (("A",), False, True)
    assert not differences(rules(("a", "A", "d", 1)), rules(("a", "A", "d", 1))).any


def test_that_a_rule_more_or_less_is_a_difference() -> None:
    one, two = rules(("a", "A", "d", 1)), rules(("a", "A", "d", 1), ("b", "B", "d", 2))
    assert differences(one, two).any
    assert differences(two, one).any
