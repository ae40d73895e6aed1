"""The JSON objects of a text, one by one."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codec.json_reader import MAX_BODY_BYTES
from core.codec.json_stream import JsonRow, Nesting, json_rows
from tests.support.workout_strategies import JSON_VALUES

RUN, YOGA = '{"type":"Running","duration":45}', '{"type":"Yoga","duration":30}'
PRETTY = (
    '{\n  "type": "Running",\n  "sets": [\n    {\n      "reps": 5\n    },\n    {"reps": 6}\n  ],\n  "duration": 45\n}'
)


def rows(text: str, size: int | None = None) -> list[JsonRow]:
    """`size`: of the pieces that the text comes in."""
    pieces: Iterator[str] = iter([text]) if size is None else (text[at : at + size] for at in range(0, len(text), size))
    return list(json_rows(pieces))


def texts(text: str, size: int | None = None) -> list[tuple[int, str]]:
    found = rows(text, size)
    assert not any(row.problem for row in found)
    return [(row.number, row.text) for row in found]


@pytest.mark.parametrize("size", [None, 1, 2, 7, 64])
@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (f"{RUN}\n{YOGA}\n", [1, 2]),
        (f"{RUN},\n\n  {YOGA} , \n", [1, 3]),
        (f"[{RUN},{YOGA}]", [1, 2]),
        (f" [\n {RUN} ,\n{YOGA}\n]\n", [1, 2]),
        (f"[{RUN},{YOGA},]", [1, 2]),
        (f'{{"workouts": [{RUN}, {YOGA}]}}\n', [1, 2]),
        (f'{{\n "workouts" : [\n{RUN},\n{YOGA}\n]\n}}', [1, 2]),
    ],
)
def test_that_lines_and_lists_give_their_objects(text: str, numbers: list[int], size: int | None) -> None:
    assert texts(text, size) == list(zip(numbers, [RUN, YOGA], strict=True))


@pytest.mark.parametrize("size", [None, 1, 9])
def test_that_an_object_may_go_over_several_lines(size: int | None) -> None:
    assert texts(PRETTY, size) == [(1, PRETTY)]
    assert texts(f"{PRETTY}\n{RUN}\n{PRETTY},\n{YOGA}", size) == [(1, PRETTY), (11, RUN), (12, PRETTY), (22, YOGA)]
    assert texts(f"[{PRETTY},\n{PRETTY}]", size) == [(1, PRETTY), (2, PRETTY)]


def test_that_nothing_is_nothing() -> None:
    assert rows("") == rows(" \n\n") == rows("[]") == rows('{"workouts": []}') == []


def test_that_a_line_that_is_no_object_costs_itself() -> None:
    text = f'{RUN}\nRunning,45\n{{"type":"Run\n[1]\n{YOGA}\n'
    assert [(row.number, bool(row.problem), row.text[:7]) for row in rows(text)] == [
        (1, False, '{"type"'),
        (2, False, "Running"),
        (3, False, '{"type"'),
        (4, False, "[1]"),
        (5, False, '{"type"'),
    ]


@pytest.mark.parametrize(
    "open_one",
    ['{"type":"Running",', '{\n"type":"Running",', '{"type":"Running",\n"notes": "no end\n"duration":45}', "{"],
)
def test_that_an_object_that_is_not_closed_costs_itself(open_one: str) -> None:
    first, second = rows(f"{open_one}\n{YOGA}\n")
    assert (first.number, "not closed" in first.problem) == (1, True)
    assert second.text == YOGA


def test_that_what_may_be_an_object_inside_one_that_is_not_closed_has_a_verdict() -> None:
    assert [bool(row.problem) for row in rows(f"{{\n{{bad}}\n[1]\n{YOGA}")] == [True, False, False, False]


def test_that_what_is_not_closed_at_the_end_has_its_verdict() -> None:
    assert [bool(row.problem) for row in rows(f'{RUN}\n{{"type":"Yog')] == [False, True]
    assert [bool(row.problem) for row in rows(f'{RUN}\n{{\n"type":"Yoga",\n"du')] == [False, True]
    assert "line 3 ends inside quotes" in rows(f'{RUN}\n{{\n"ty\n')[1].problem


def test_that_an_object_is_followed_so_far_and_no_further() -> None:
    for lines, is_whole in ((5_000, True), (5_001, False)):
        one = "\n".join(["{", *['"a": 1,'] * (lines - 3), '"a": 1', "}"])
        first, *_, last = rows(f"{one}\n{YOGA}\n")
        assert (first.text == one, bool(first.problem), last.text) == (is_whole, not is_whole, YOGA)
    wide = "{\n" + f'"a": "{"x" * 30_000}",\n' * 5 + f"{YOGA}\n"
    assert [bool(row.problem) for row in rows(wide)] == [True, False]
    (long, after) = rows('{"a": "' + "x" * MAX_BODY_BYTES + f'"}}\n{YOGA}\n')
    assert len(long.text) > MAX_BODY_BYTES
    assert after.text == YOGA


@pytest.mark.parametrize("size", [None, 1, 7])
def test_that_the_next_object_is_found_behind_a_wide_gap_in_any_pieces(size: int | None) -> None:
    broken, after = rows('[{"a": [1}' + " " * 62 + f",{YOGA}]", size)
    assert (bool(broken.problem), after.text) == (True, YOGA)


@pytest.mark.parametrize("size", [None, 3])
def test_that_other_things_in_a_list_have_their_own_verdicts(size: int | None) -> None:
    assert texts(f'[5, "a]b", [1, [2]], null, {RUN}, tru, }}, {YOGA}]', size) == [
        (1, "5"),
        (2, '"a]b"'),
        (3, "[1, [2]]"),
        (4, "null"),
        (5, RUN),
        (6, "tru"),
        (7, "}"),
        (8, YOGA),
    ]


@pytest.mark.parametrize("size", [None, 5])
@pytest.mark.parametrize(
    "broken",
    ['{"type":"Running,"duration":45}', '{"type":"Running\n"}', '{"type":"Running","sets":[1}', '{"type":{'],
)
def test_that_a_broken_object_of_a_list_costs_itself(broken: str, size: int | None) -> None:
    found = rows(f"[{RUN},\n{broken},\n{YOGA}]", size)
    assert found[0].text == RUN
    assert found[-1].text == YOGA or found[-2].text == YOGA
    assert len(found) >= 3


def test_that_a_quote_too_few_on_one_long_line_costs_one_object() -> None:
    found = rows(f'[{RUN},{{"type":"Running,"duration":45}},{YOGA}]')
    assert [row.text for row in found if not row.problem] == [RUN, YOGA]
    assert [row.number for row in found] == [1, 2, 3]


def test_that_a_list_that_is_cut_is_said() -> None:
    problem = "the list is not closed: the file ends early"
    assert rows(f"[{RUN},")[1] == JsonRow(2, problem=problem)
    assert rows("[") == [JsonRow(1, problem=problem)]
    one, cut = rows(f'[{RUN},{{"type":"Yo')
    assert (one.text, "not closed" in cut.problem) == (RUN, True)


def test_that_what_follows_a_list_is_said() -> None:
    assert "was not read" in rows(f"[{RUN}]\n{YOGA}")[1].problem
    assert "was not read" in rows(f'{{"workouts":[{RUN}],"more":1}}')[1].problem
    assert "was not read" in rows(f'{{"workouts":[{RUN}]}} x')[1].problem
    assert "was not read" in rows(f"[{RUN}]}}")[1].problem
    for rest in ("x", "}x"):
        assert "was not read" in rows(f'{{"workouts":[{RUN}]{rest}')[1].problem


def test_that_a_huge_element_is_passed_over_in_bounded_memory() -> None:
    def pieces() -> Iterator[str]:
        yield f"[{RUN},"
        yield '{"notes":"'
        for _ in range(300):
            yield "x" * 10_000
        yield f'"}}  ,  {YOGA}]'

    tracemalloc.start()
    first, huge, last = json_rows(pieces())
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most_bytes < 1_000_000
    assert (first.text, last.text) == (RUN, YOGA)
    assert "longer than 65,536 bytes" in huge.problem


def test_that_deep_nesting_ends_no_program() -> None:
    deep = '{"a":' * 30_000 + "1" + "}" * 30_000
    (row, after) = rows(f"[{deep},{YOGA}]")
    assert after.text == YOGA
    assert row.problem or row.text == deep


def test_that_a_backslash_at_the_end_of_a_piece_still_escapes() -> None:
    text = '{"a":"x\\"}]"}'
    for size in range(1, len(text)):
        assert texts(f"[{text}]", size) == [(1, text)]


@given(st.lists(st.dictionaries(st.text(max_size=5), JSON_VALUES, max_size=4), max_size=4), st.integers(1, 40))
def test_that_every_object_that_python_writes_comes_back_once(values: list[dict[str, Any]], size: int) -> None:
    for text in (
        json.dumps(values),
        json.dumps(values, indent=2),
        "".join(json.dumps(value) + "\n" for value in values),
        json.dumps({"workouts": values}, indent=1),
    ):
        assert [json.loads(each) for _, each in texts(text, size)] == json.loads(json.dumps(values))


@pytest.mark.parametrize("inner", ['{"duration":30}', '{"type":"Yoga"}', ' {"type":"Yoga"} , ', ' {"duration":30} , '])
def test_that_a_line_that_is_a_workout_is_no_part_of_an_unclosed_one(inner: str) -> None:
    first, second = rows(f'{{"a":1,\n{inner}\n')
    assert (bool(first.problem), second.number, second.text) == (True, 2, inner.strip(" ,"))


def test_that_an_object_over_many_long_lines_is_too_large() -> None:
    large = "{\n" + "".join(f'"a{number}": "{"x" * 30_000}",\n' for number in range(5)) + '"z": 1}'
    first, *_, last = rows(f"{large}\n{YOGA}\n")
    assert first.problem
    assert last.text == YOGA


def test_that_a_long_line_is_no_beginning_of_more() -> None:
    first, second = rows('{"a": ' + "x" * MAX_BODY_BYTES + f"\n{YOGA}\n")
    assert (first.problem, first.text[:6], second.text) == ("", '{"a": ', YOGA)


def test_that_what_follows_a_list_has_the_next_number() -> None:
    assert rows(f"[{RUN}] more")[-1] == JsonRow(2, problem="what follows the end of the list was not read")


def test_that_a_number_of_thousands_of_figures_is_left_to_who_reads_it() -> None:
    long = f'{{"a": {"1" * 5_000}}}'
    assert texts(f"[{long}, {RUN}]") == [(1, long), (2, RUN)]


def test_that_a_row_of_a_slow_pipe_is_not_held_back() -> None:
    def pieces() -> Iterator[str]:
        yield f"{RUN}\n"
        raise AssertionError("read too far")

    assert next(json_rows(pieces())).text == RUN


@pytest.mark.parametrize(("blank", "number"), [(MAX_BODY_BYTES - 1, 1), (MAX_BODY_BYTES, MAX_BODY_BYTES + 1)])
def test_that_the_beginning_of_a_list_is_waited_for_through_64_kib(blank: int, number: int) -> None:
    """Beyond, the text is read by lines, and what stands on one is a row."""
    (row,) = json_rows(iter(["\n" * blank, f"[{RUN}]"]))
    assert row == JsonRow(number, RUN if number == 1 else f"[{RUN}]")


@pytest.mark.parametrize(("figures", "is_open"), [(MAX_BODY_BYTES - 5, True), (MAX_BODY_BYTES - 4, False)])
def test_that_a_line_longer_than_a_body_is_left_to_who_reads_it(figures: int, is_open: bool) -> None:
    line = '{"a":' + "1" * figures
    first, after = rows(f"{line}\n{YOGA}\n")
    assert first == (JsonRow(1, problem="the object that begins here is not closed") if is_open else JsonRow(1, line))
    assert after == JsonRow(2, YOGA)


@pytest.mark.parametrize(("count", "is_whole"), [(5_000, True), (5_001, False)])
def test_that_an_object_has_at_most_five_thousand_lines(count: int, is_whole: bool) -> None:
    text = "\n".join(['{"a":[', *["1,"] * (count - 3), "1", "]}"])
    first, after = rows(f"{text}\n{YOGA}\n")
    assert first == (JsonRow(1, text) if is_whole else JsonRow(1, problem="the object that begins here is not closed"))
    assert after == JsonRow(count + 1, YOGA)


def test_that_the_last_line_of_an_object_may_make_it_too_large() -> None:
    """For a body; who reads it says so."""
    text = '{"a":' + "1" * (MAX_BODY_BYTES - 6) + "\n}"
    assert rows(f"{text}\n{YOGA}\n") == [JsonRow(1, text), JsonRow(3, YOGA)]


def test_that_parts_of_an_object_on_one_line_do_not_end_it() -> None:
    text = '{"type":"Running","sets":[\n{"reps":5}, {"reps":6}\n],"duration":45}'
    assert texts(f"{text}\n{YOGA}\n") == [(1, text), (4, YOGA)]


@pytest.mark.parametrize("size", [None, 1])
def test_that_a_missing_comma_in_a_list_costs_nothing(size: int | None) -> None:
    assert texts(f'["a""b"[1][2]{RUN}{YOGA}]', size) == [
        (1, '"a"'),
        (2, '"b"'),
        (3, "[1]"),
        (4, "[2]"),
        (5, RUN),
        (6, YOGA),
    ]


def test_that_a_line_that_ends_in_a_text_of_a_list_costs_it() -> None:
    assert rows(f'["a\nb",\n{RUN}]') == [
        JsonRow(1, problem="the object that begins here is not closed"),
        JsonRow(2, RUN),
    ]


def test_that_a_row_of_64_kib_waits_for_its_end() -> None:
    begun = '{"a":"' + "x" * (MAX_BODY_BYTES - 6)
    first, after = json_rows(iter([f"[{begun}", f'"}},{YOGA}]']))
    assert (first, after) == (JsonRow(1, f'{begun}"}}'), JsonRow(2, YOGA))
    assert rows(f"[{begun}") == [JsonRow(1, problem="the object that begins here is not closed")]


def test_that_a_backslash_at_the_end_of_a_piece_escapes_the_first_character_of_the_next() -> None:
    nesting, piece, next_piece = Nesting(), '{"notes": "\\', '""}'
    assert nesting.end_in(piece) is None
    assert nesting.end_in(next_piece) == len(next_piece)
