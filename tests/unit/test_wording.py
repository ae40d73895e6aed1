"""That the code speaks the field's words: in docstrings, comments and names."""

from __future__ import annotations

import re

import pytest

from tests.support.import_graph import sources
from tests.support.source_tree import ROOT
from tests.support.wording import classes_of, names_of, sentences_with, signals_of, words_used

# Folders and modules whose docstrings and comments were read through; a folder stands for all that is below it.
READ_THROUGH = ("core", "worker", "gui")
# Say who or what it is, and what happens: "in flight", "passed to", "repaired", "in another queue", "pending".
VAGUE = re.compile(
    r"\b(nobody|somebody|whoever|told|hands?|mend(?:s|ed|ing)?|elsewhere|kept\s+here)(?:'s)?\b", re.IGNORECASE
)
# In sentences that users read; docstrings have the rule above.
RIDDLES = re.compile(
    r"\b(nobody|somebody|whoever|in hand|be heard|looks? on|to mend|runs elsewhere|read in what)\b", re.IGNORECASE
)
# Names of our own that gave way to the field's terms.
OLD_NAMES = {
    "Announcer", "Chores", "CopyDesk", "CutOff", "FailedDesk", "FailedSieve", "Fate", "Fleet", "Fold", "FoldCache",
    "Glimpse", "Journey", "LinkState", "OwnCard", "Parcel", "Sifted", "Twin", "WORN", "WorkerCard", "WorkerWishes",
    "glimpse", "hurry", "is_worn", "sift_failed",
}  # fmt: skip
PRODUCT = sources(ROOT, ("core", "worker", "gui"))


def read_through(module: str) -> bool:
    path = module.replace(".", "/")
    return any(path == folder or path.startswith(f"{folder}/") for folder in READ_THROUGH)


def test_that_docstrings_and_comments_say_who_and_what() -> None:
    texts = {module: text for module, text in PRODUCT.items() if read_through(module)}
    for folder in READ_THROUGH:
        assert any(f"{module.replace('.', '/')}/".startswith(f"{folder}/") for module in texts), folder
    assert {module: used for module, text in texts.items() if (used := words_used(text, VAGUE))} == {}


@pytest.mark.parametrize(
    "planted",
    [
        '"""Nobody waits."""',
        "x = 1  # somebody's",
        "class A:\n    '''One in hand.'''",
        "def f():\n    '''What it was\n    told.'''",
        "async def f():\n    # mended by whatever\n    ...",
        '"""They are kept\nhere."""',
    ],
)
def test_that_a_vague_word_is_found(planted: str) -> None:
    assert len(words_used(planted, VAGUE)) == 1


def test_that_only_whole_words_of_remarks_count() -> None:
    planted = '"""A handler amends the handshake."""\ntold = "nobody"\ndef hand(mend): return elsewhere'
    assert words_used(planted, VAGUE) == []


def test_that_sentences_for_users_say_who_and_what() -> None:
    found = {module: riddles for module, text in PRODUCT.items() if (riddles := sentences_with(text, RIDDLES))}
    assert found == {}


def test_that_a_riddle_is_found() -> None:
    planted = """'Nobody.'
def f():
    return f"{1} in hand", "This console only looks on", "plain", "nobody"
"""
    assert sorted(sentences_with(planted, RIDDLES)) == [" in hand", "This console only looks on"]


def test_that_no_class_stands_twice() -> None:
    assert {name: modules for name, modules in classes_of(PRODUCT).items() if len(modules) > 1} == {}


def test_that_a_class_that_stands_twice_is_found() -> None:
    planted = {"a": "class Step: ...", "b": "def f():\n    class Step: ...", "c": "class Other: ..."}
    assert classes_of(planted) == {"Step": ["a", "b"], "Other": ["c"]}


def test_that_signals_ask_in_one_form() -> None:
    signals = {name for text in PRODUCT.values() for name in signals_of(text)}
    assert len([name for name in signals if name.endswith("_requested")]) > 20
    assert [name for name in signals if name.endswith("_wanted")] == []


def test_that_a_signal_is_found() -> None:
    planted = "class A(QObject):\n    undo_wanted = Signal(str)\n    undone: Any = QtCore.Signal()\n    other = slot()"
    assert signals_of(planted) == {"undo_wanted", "undone"}


def test_that_old_names_are_gone() -> None:
    holding = {module: text for module, text in PRODUCT.items() if any(name in text for name in OLD_NAMES)}
    used = {module: names_of(text) & OLD_NAMES for module, text in holding.items()}
    assert {module: found for module, found in used.items() if found} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "class Fate: ...",
        "def f(x):\n    return x.hurry()",
        "from core.broker import WORN",
        "import core.x as Fleet",
        "def f(glimpse): ...",
        "Twin: type = int",
    ],
)
def test_that_an_old_name_is_found(planted: str) -> None:
    assert len(names_of(planted) & OLD_NAMES) == 1
