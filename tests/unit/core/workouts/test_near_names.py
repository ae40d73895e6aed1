"""Which known name a typed one may have been meant for."""

from __future__ import annotations

import random
from time import thread_time

import pytest

from core.workouts.near_names import NameIndex, is_slip

ASKED = [
    ("Aya", "Maya"),
    ("Mayaa", "Maya"),
    ("Amya", "Maya"),
    ("Lindqvist Maya", "Maya Lindqvist"),
    ("Lindqvist, Maya", "Maya Lindqvist"),
    ("maya LINDQVIST", "Maya Lindqvist"),
    ("Aya Lindqvist", "Maya Lindqvist"),
    ("Lindqvist Aya", "Maya Lindqvist"),
    ("Maja Lindqvist", "Maya Lindqvist"),
    ("Maya Lindquist", "Maya Lindqvist"),
    ("Mya Lindqvst", "Maya Lindqvist"),
    ("MayaLindqvist", "Maya Lindqvist"),
    ("Maya", "Maya Lindqvist"),
    ("van der Berg Jan", "Jan van der Berg"),
    ("Ana Souza", "Ana Sousa"),
    ("Jose Ruiz", "José Ruiz"),
    ("Bjorn Oestby", "Bjørn Østby"),
    ("OBrien Pat", "Pat O'Brien"),
    ("Annalena Berg", "Anna Lena Berg"),
    ("Jon Smith", "John Smith"),
    ("Mueller", "Müller"),
    ("Сергей Иванв", "Сергей Иванов"),
    ("शर्मा राम", "राम शर्मा"),
    ("ใจดี สมชาย", "สมชาย ใจดี"),
]
NOT_ASKED = [
    ("Maya Lindqvist", "Maya Lindqvist"),
    ("Ben", "Ken"),
    ("Ana", "Ane"),
    ("Maya", "Mara"),
    ("Al", "Ali"),
    ("Bo", "Jo"),
    ("Li", "Li Wei"),
    ("Tim Baker", "Tom Baker"),
    ("Kim Lee", "Tim Lee"),
    ("John Smith", "Jane Smith"),
    ("Maya Lindgren", "Maya Lindqvist"),
    ("Maya Olsen", "Maya Lindqvist"),
    ("Maya Lindqvist", "Maya"),
    ("user-124", "user-123"),
    ("athlete-0042", "athlete-0043"),
    ("Ana Sousa 2", "Ana Sousa 3"),
    ("Sousa 2 Ana", "Ana Sousa 3"),
    ("李", "王"),
    ("मीना", "मोना"),  # they differ in a vowel, which is a mark and no letter to Unicode
    ("ติณ", "ตูณ"),
    ("!!!", "Maya"),
    ("Viktor", "Ana Sousa"),
]


@pytest.mark.parametrize(("typed", "known"), ASKED)
def test_that_a_slip_is_seen(typed: str, known: str) -> None:
    assert NameIndex(["Zoë Quist", known, "Xaver Young"]).near(typed) == known


@pytest.mark.parametrize(("typed", "known"), NOT_ASKED)
def test_that_another_name_is_another_name(typed: str, known: str) -> None:
    assert NameIndex(["Zoë Quist", known]).near(typed) is None


def test_that_a_known_name_is_never_asked_about() -> None:
    index = NameIndex(["Anna", "Ana", "Hanna"])
    assert [index.near(name) for name in ("Anna", "Ana", "Hanna")] == [None, None, None]
    assert "Ana" in index


def test_that_the_closest_is_named() -> None:
    assert NameIndex(["Maya Lindkvest", "Maya Lindqvist"]).near("Maya Lindqvst") == "Maya Lindqvist"


def test_that_one_word_of_many_names_means_none_of_them() -> None:
    assert NameIndex(["Maya Lindqvist", "Maya Olsen"]).near("Maya") is None


def test_that_names_can_be_exchanged_and_grow() -> None:
    index = NameIndex()
    assert index.near("Aya") is None
    index.set_names(["Maya"])
    assert index.near("Aya") == "Maya"
    index.set_names(["Maya", "Ben Okafor"])
    assert index.near("Ben Okafr") == "Ben Okafor"
    index.set_names(["Ben Okafor"])
    assert index.near("Aya") is None


def test_that_two_spellings_of_a_name_are_both_known() -> None:
    index = NameIndex(["José Ruiz", "Jose Ruiz"])
    assert (index.near("Jose Ruiz"), index.near("José Ruiz")) == (None, None)
    assert index.near("JOSE RUIZ") == "José Ruiz"


def test_that_a_spelling_that_looks_the_same_is_not_asked_about() -> None:
    """Older versions stored what was sent."""
    index = NameIndex(["José\xa0Ruiz\u200b"])
    assert index.near("José Ruiz") is None
    assert "José Ruiz" in index
    assert "José\xa0Ruiz\u200b" in index


@pytest.mark.parametrize(
    ("typed", "known", "slip"),
    [
        ("runing", "running", True),
        ("rum", "run", False),
        ("wieghttraining", "weighttraining", True),
        ("run", "run", True),
    ],
)
def test_that_a_slip_depends_on_the_length(typed: str, known: str, slip: bool) -> None:
    assert is_slip(typed, known) == slip


@pytest.mark.parametrize("typed", ["Maya Lindqvst", "Lindqvst Maya", "Aya", "athlete-0042x", "Ana Maria Lopes Costa"])
def test_that_twenty_thousand_names_are_compared_while_typing(typed: str) -> None:
    chance = random.Random(1)
    parts = ["lin", "dq", "vist", "son", "ber", "ga", "mo", "ra", "ez", "ski", "ov", "an", "sen", "ta", "ka"]
    firsts = ["Maya", "Ana", "José", "Erik", "Sven", "Lucia", "Marco", "John", "Björn", "Aiko", "Wei", "Olga"]
    names = {f"athlete-{number:04}" for number in range(5_000)}
    while len(names) < 20_000:
        last = "".join(chance.choices(parts, k=chance.randint(2, 4))).title()
        names.add(f"{chance.choice(firsts)}{chance.choice(parts)} {last}")
    index = NameIndex(sorted(names))
    taken_s = []
    for _ in range(20):
        begun_s = thread_time()
        index.near(typed)
        taken_s.append(thread_time() - begun_s)
    assert min(taken_s) < 0.002


@pytest.mark.parametrize(
    ("typed", "known", "of_letters", "slip"),
    [
        ("anne", "anna", 7, False),
        ("anne", "anna", 8, True),
        ("annie", "annis", 0, True),
        ("ana", "anna", 0, True),
        ("an", "ana", 0, False),
        ("an", "an", 0, True),
        ("canoeing", "canyoning", 0, False),
        ("kayakingg1", "kayaking", 0, True),
        ("kayakingg", "kayakxnh", 0, False),
    ],
)
def test_that_a_slip_depends_on_the_length_of_word_and_name(
    typed: str, known: str, of_letters: int, slip: bool
) -> None:
    assert is_slip(typed, known, of_letters=of_letters) is slip


def test_that_words_in_any_order_are_the_same_name() -> None:
    assert NameIndex(["Ana Maria Silva Sousa Lima"]).near("Sousa Ana Lima Maria Silva") == "Ana Maria Silva Sousa Lima"


@pytest.mark.parametrize(("typed", "known"), [("Kai", "Kai Lindqvist"), ("Bo", None)])
def test_that_one_word_of_three_letters_may_mean_a_whole_name(typed: str, known: str | None) -> None:
    assert NameIndex(["Kai Lindqvist", "Bo Andersson"]).near(typed) == known


def test_that_a_name_given_twice_is_still_one() -> None:
    index = NameIndex(["Kai Lindqvist"])
    index.add(["Kai Lindqvist"])
    assert index.near("Kai") == "Kai Lindqvist"


def test_that_names_without_letters_are_not_alike() -> None:
    assert NameIndex(["!!!"]).near("???") is None


def test_that_of_two_names_like_the_typed_one_the_nearest_is_meant() -> None:
    index = NameIndex(["Maya Lindkvistson", "Maya Lindqvistson"])
    assert [index.near(f"Maya Lind{end}") for end in ("qvistsn", "kvistsn")] == [
        "Maya Lindqvistson",
        "Maya Lindkvistson",
    ]


def test_that_a_name_may_have_two_letters_more_and_not_three() -> None:
    assert NameIndex(["Maya Lindqvist"]).near("Mayaa Lindqvistt") == "Maya Lindqvist"
    assert NameIndex(["Maya Lindqvist"]).near("Mya Lindqvst") == "Maya Lindqvist"
    assert NameIndex(["Maria Lopez Costa"]).near("Mara Lopz Csta") is None
    assert NameIndex(["Maria Lopez Costa"]).near("Mario Lopes Coste") is None


@pytest.mark.parametrize(("others", "near"), [(["Inna", "Enna", "Onna", "Unna"], "Anan"), ([], "Anan")])
def test_that_names_that_are_closer_but_no_slips_do_not_hide_one(others: list[str], near: str) -> None:
    assert NameIndex([*others, "Anan"]).near("Anna") == near


def test_that_of_names_as_long_the_five_closest_are_looked_at() -> None:
    assert NameIndex(["Inna", "Enna", "Onna", "Unna", "Ynna", "Anan"]).near("Anna") is None


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Maria Lopez Garzia Ana", "Ana Maria Lopez Garcia"),
        ("Lopez Garzia Ana Maria", "Ana Maria Lopez Garcia"),
        ("Delia Lopez Garzia Ruiz Eva", None),  # five words in another order are not looked for
        ("Ruiz Eva Delia Lopez Garzia", "Eva Delia Lopez Garcia Ruiz"),
    ],
)
def test_that_words_may_be_in_another_order_beside_a_slip(typed: str, near: str | None) -> None:
    assert NameIndex(["Ana Maria Lopez Garcia", "Eva Delia Lopez Garcia Ruiz"]).near(typed) == near
