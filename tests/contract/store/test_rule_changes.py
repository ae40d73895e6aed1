"""Achievement rules that are changed while workers store, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from itertools import islice
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.achievements.progress import WorkoutEntry, earned_alone, evaluate_all
from core.achievements.rules import AchievementRules, default_rules
from core.care.erase_results import clean_up
from core.codec.workout_codec import DecodedMessage
from core.errors import RuleFileError, SettingError, StoreUnavailableError
from core.events import OutcomeKind
from core.processing.apply_batch import content_of
from core.store.reader import ResultsReader
from core.store.rules import recompute
from core.store.rules.changes import compute_again, put_in_force, rules_state
from core.store.rules.recompute import BadgeChange, Computed, Recomputed, Watching
from core.store.writer import ResultsStore
from tests.support.databases import MakePlace, Place
from tests.support.incoming import deletion, make_workout, submitted, workout_id
from tests.support.stored_results import NOW_MS, clock, make_store, results

HEAD = '[[achievement]]\ncode = "{0}"\nname = "{1}"\ndescription = "d"\nicon = "mdi6.star"\n'
RULES = {
    "one": HEAD.format("one", "One") + 'kind = "count"\ntarget = 1\n',
    "two": HEAD.format("two", "Two") + 'kind = "count"\ntarget = 2\n',
    "far": HEAD.format("far", "Far") + 'kind = "best"\nmeasure = "distance_km"\ntarget = 5\n',
    "farther": HEAD.format("far", "Farther") + 'kind = "best"\nmeasure = "distance_km"\ntarget = 8\n',
    "best": HEAD.format("best", "Best") + 'kind = "record"\nmeasure = "distance_km"\nrepeatable = true\n',
}
SHIPPED = default_rules()


def text_of(*names: str) -> str:
    return "\n".join(RULES[name] for name in names)


@pytest.fixture
def place(make_place: MakePlace) -> Place:
    return make_place()


@pytest.fixture
def store(place: Place) -> Iterator[ResultsStore]:
    with closing(make_store(place)) as store:
        yield store


@pytest.fixture
def reader(store: ResultsStore, place: Place) -> Iterator[ResultsReader]:
    with closing(ResultsReader(place.url, now_ms=clock)) as reader:
        reader.open()
        yield reader


def apply(store: ResultsStore, *batch: DecodedMessage) -> set[str]:
    applied = store.apply(batch, worker="w-1", picked_up_at_ms=NOW_MS)
    assert OutcomeKind.FAILED not in {one.kind for one in applied}
    return {badge.code for one in applied for badge in one.badges}


def use(place: Place, *names: str) -> None:
    put_in_force(place.url, text_of(*names) if names else None, SHIPPED, by="coach", now_ms=NOW_MS)


def compute(place: Place, chunks: int = 1_000) -> Recomputed:
    left = iter(range(chunks - 1))
    watching = Watching(goes_on=lambda: next(left, None) is not None)
    return compute_again(place.url, SHIPPED, now_ms=NOW_MS, watching=watching)


def expected(sent: Iterable[DecodedMessage], *names: str) -> list[tuple[object, ...]]:
    """What these workouts earn by these rules, without a database."""
    rules = AchievementRules.parse(text_of(*names))
    entries: dict[str, list[WorkoutEntry]] = {}
    for one in sent:
        content = content_of(one)
        assert content is not None
        entries.setdefault(content.workout.athlete, []).append(content.entry)
    alone = [earned for entry in entries.pop("anonymous", ()) for earned in earned_alone(rules, entry)]
    found = [("anonymous", earned) for earned in alone]
    found += [(name, earned) for name, those in entries.items() for earned in evaluate_all(rules, those).earned]
    return sorted((name, one.code, one.number, one.name, one.workout_id) for name, one in found)


def people(count: int, anonymous: int = 0) -> list[DecodedMessage]:
    named = [submitted(n, athlete=f"a{n:03}", km=n / 2) for n in range(1, count + 1)]
    return [*named, *(submitted(500 + n, athlete="anonymous", km=float(n)) for n in range(1, anonymous + 1))]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recompute, "_ATHLETES_AT_ONCE", 4)
    monkeypatch.setattr(recompute, "_WORKOUTS_AT_ONCE", 3)
    monkeypatch.setattr(recompute, "REST_S", 0)


class TestInForce:
    def test_that_a_worker_follows_without_a_restart(
        self, store: ResultsStore, reader: ResultsReader, place: Place
    ) -> None:
        assert "one" not in apply(store, submitted(1))
        use(place, "one", "two")
        assert apply(store, submitted(2, day=1)) == {"two"}
        assert apply(store, submitted(3, athlete="Ben")) == {"one"}
        found = reader.rules_in_force()
        assert ([rule.code for rule in found.rules.all], found.is_computed) == (["one", "two"], False)
        assert reader.would_unlock(make_workout(9, athlete="Ben", day=3))[0].code == "two"
        use(place, "far")
        assert reader.would_unlock(make_workout(9, athlete="Ben", day=3, km=6.0))[0].code == "far"
        use(place)
        assert reader.would_unlock(make_workout(9, athlete="Ben", day=3, km=6.0))[0].code == "5k-runner"

    def test_that_it_is_known_who_changed_them_when(self, place: Place) -> None:
        state = rules_state(place.url, SHIPPED)
        assert (state.text, state.changed_at_ms, state.changed_by) == (None, None, "")
        put_in_force(place.url, text_of("one"), SHIPPED, by="zoë", now_ms=NOW_MS, version=state.version)
        now = rules_state(place.url, SHIPPED)
        assert (now.text, now.changed_at_ms, now.changed_by) == (text_of("one"), NOW_MS, "zoë")
        assert now.version == state.version + 1
        with pytest.raises(SettingError, match=r"^zoë changed the rules meanwhile: look at those first\.$"):
            put_in_force(place.url, None, SHIPPED, by="me", now_ms=NOW_MS, version=state.version)
        assert rules_state(place.url, SHIPPED) == now

    def test_that_a_wrong_text_never_gets_in(self, store: ResultsStore, place: Place) -> None:
        before = place.rows("SELECT * FROM achievement_rules")
        with pytest.raises(RuleFileError, match=r"line 15: .*target"):
            put_in_force(place.url, text_of("one", "two").replace("= 2", "= 0"), SHIPPED, by="me", now_ms=NOW_MS)
        assert place.rows("SELECT * FROM achievement_rules") == before

    def test_that_rules_of_a_newer_program_stop_the_worker_and_can_be_replaced(
        self, store: ResultsStore, reader: ResultsReader, place: Place
    ) -> None:
        use(place, "one")
        place.execute("UPDATE achievement_rules SET version = 9, text = '[other]'")
        with pytest.raises(StoreUnavailableError, match=r"not for this version of the program: .*line 1"):
            apply(store, submitted(1))
        with pytest.raises(StoreUnavailableError, match="not for this version"):
            reader.achievement_summary()
        assert place.rows("SELECT count(*) FROM workouts") == [(0,)]
        assert reader.rules_state().text == "[other]"
        use(place, "two")
        assert apply(store, submitted(1), submitted(2, day=1)) == {"two"}

    def test_that_rules_of_ones_own_outlive_a_new_program(self, store: ResultsStore, place: Place) -> None:
        apply(store, submitted(1))
        use(place, "one")
        compute(place)
        other = default_rules().of_one_workout  # what another version of the program is shipped with
        with closing(make_store(place, rules=other)) as newer:
            assert apply(newer, submitted(2, athlete="Ben", km=6.0)) == {"one"}
        assert results(place)["counts"] == [("one", 2, 2)]


@pytest.mark.usefixtures("small_chunks")
class TestComputing:
    def test_that_it_says_what_has_changed(self, store: ResultsStore, place: Place) -> None:
        use(place, "one", "two", "far")
        compute(place)
        apply(store, *people(20, anonymous=10))
        use(place, "one", "farther", "best")
        seen: list[Computed] = []
        done = compute_again(place.url, SHIPPED, now_ms=NOW_MS, watching=Watching(report=seen.append))
        assert done == Recomputed(True, (), (BadgeChange("far", "Far", 6),))
        assert [(one.athletes, one.workouts) for one in seen] == [
            *((n, 0) for n in (4, 8, 12, 16, 20)),
            *((20, n) for n in (3, 6, 9, 10)),
        ]
        assert {(one.of_athletes, one.of_workouts) for one in seen} == {(20, 10)}
        assert results(place)["counts"] == [("far", 5, 8), ("one", 20, 20)]
        use(place, "far")
        assert compute(place) == Recomputed(True, (BadgeChange("far", "Far", 6),), (BadgeChange("one", "One", 20),))

    def test_that_it_goes_on_where_it_was_stopped(
        self, store: ResultsStore, reader: ResultsReader, place: Place
    ) -> None:
        apply(store, *people(10, anonymous=8))
        use(place, "far", "two")
        assert reader.rules_state().computed == Computed(0, 10, 0, 8)
        assert not compute(place, chunks=2).is_finished
        assert reader.rules_state().computed == Computed(8, 10, 0, 8)
        assert not compute(place, chunks=2).is_finished
        assert reader.rules_state().computed == Computed(10, 10, 3, 8)
        assert compute(place).is_finished
        assert reader.rules_state().computed is None
        assert place.rows("SELECT computed_athlete FROM achievement_rules") == [("",)]
        assert {row[1] for row in results(place)["earned"]} == {"far"}
        assert compute(place) == Recomputed(True)

    def test_that_the_next_worker_finishes_what_was_killed(self, store: ResultsStore, place: Place) -> None:
        apply(store, *people(10))
        use(place, "one")

        def die(_computed: Computed) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            compute_again(place.url, SHIPPED, now_ms=NOW_MS, watching=Watching(report=die))
        said: list[str] = []
        with closing(ResultsStore(place.url, now_ms=clock)) as next_store:
            next_store.open(said.append)
        assert said == [f"Computing badges by other rules: {n} of 10 athletes" for n in (8, 10)]
        assert results(place)["counts"] == [("one", 10, 10)]

    def test_that_rules_which_come_back_before_the_end_are_computed_too(
        self, store: ResultsStore, place: Place
    ) -> None:
        use(place, "one")
        compute(place)
        apply(store, *people(10))
        use(place, "two")
        compute(place, chunks=1)
        apply(store, submitted(90, athlete="a001", day=1), submitted(91, athlete="new"))
        use(place, "one")
        assert rules_state(place.url, SHIPPED).computed == Computed(0, 11)
        compute(place)
        assert results(place)["counts"] == [("one", 11, 11)]

    def test_that_rules_changed_meanwhile_are_those_that_count(self, store: ResultsStore, place: Place) -> None:
        apply(store, *people(10, anonymous=4))
        use(place, "one")
        changes = iter([["far"], ["one", "farther"]])

        def change(_computed: Computed) -> None:
            for names in islice(changes, 1):
                use(place, *names)

        assert compute_again(place.url, SHIPPED, now_ms=NOW_MS, watching=Watching(report=change)).is_finished
        assert {row[1:4:2] for row in results(place)["earned"]} == {("one", "One")}

    def test_that_a_change_at_the_very_end_begins_anew(
        self, store: ResultsStore, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        apply(store, *people(3))
        use(place, "one")
        finish, changes = recompute.Recomputation._finish, iter(["two"])

        def change_and_finish(run: recompute.Recomputation) -> None:
            for name in changes:
                use(place, name)
            finish(run)

        monkeypatch.setattr(recompute.Recomputation, "_finish", change_and_finish)
        assert compute(place).is_finished
        assert results(place)["earned"] == []

    def test_that_a_description_changes_no_result(self, store: ResultsStore, place: Place) -> None:
        use(place, "one")
        compute(place)
        text = text_of("one").replace('"d"', '"other words"')
        assert put_in_force(place.url, text, SHIPPED, by="me", now_ms=NOW_MS).computed is None

    def test_that_an_erased_athlete_is_no_place_to_go_on_from(self, store: ResultsStore, place: Place) -> None:
        apply(store, *people(6))
        use(place, "one")
        compute(place, chunks=1)
        apply(store, deletion(4, 2))
        erased = {"by": "me", "at_ms": NOW_MS, "counts": (1, 0, 0), "discarded": {}, "record_id": workout_id(1)}
        clean_up(place.url, "a004", [workout_id(4)], **erased)  # type: ignore[arg-type]  # its keywords
        assert place.rows("SELECT computed_athlete FROM achievement_rules") == [("",)]
        compute(place)
        assert results(place)["counts"] == [("one", 5, 5)]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("new"), st.integers(0, 1), st.integers(0, 3)),
        st.tuples(st.just("gone"), st.integers(0, 1), st.integers(0, 3)),
        st.tuples(st.just("rules"), st.sampled_from(["one two", "far best", "farther"]), st.just(0)),
        st.tuples(st.just("compute"), st.integers(1, 3), st.just(0)),
    ),
    max_size=12,
)
GONE_MEANWHILE = [*[("new", 0, 2)] * 4, ("rules", "one two", 0), ("compute", 2, 0), ("gone", 1, 3), ("gone", 1, 1)]


@given(steps=STEPS)
@example(steps=GONE_MEANWHILE)
@settings(max_examples=4, deadline=None)
def test_that_results_are_those_of_the_set_and_the_rules(
    make_place: MakePlace, steps: list[tuple[str, object, int]]
) -> None:
    """Two workers store and delete while rules change and are computed in part."""
    place = make_place()
    rules: tuple[str, ...] = ("one", "two", "far")
    sent: list[DecodedMessage] = []
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(recompute, "_ATHLETES_AT_ONCE", 1)
        patch.setattr(recompute, "_WORKOUTS_AT_ONCE", 1)
        workers = [stack.enter_context(closing(make_store(place))) for _ in range(2)]
        use(place, *rules)
        for number, (what, how, whose) in enumerate(steps, 1):
            if what == "new":
                athlete = ("Ana", "Ben", "anonymous", "Zoe")[whose]
                sent.append(submitted(number, athlete=athlete, km=float(number % 5 * 3), day=number * 7 % 5))
                apply(workers[int(str(how))], sent[-1])
            elif what == "gone" and sent:
                gone = sent.pop(whose % len(sent))
                apply(workers[int(str(how))], deletion(UUID(gone.workout_id).int, 2))
            elif what == "rules":
                rules = tuple(str(how).split())
                use(place, *rules)
            elif what == "compute":
                compute(place, chunks=int(str(how)))
        compute(place)
    earned = expected(sent, *rules)
    stored = place.rows("SELECT athlete, code, number, name, workout_id FROM earned_achievements")
    assert sorted(stored) == earned
    times = Counter(code for _, code, *_ in earned)
    holders = Counter(code for name, code, number, *_ in earned if number == 1 and name != "anonymous")
    assert results(place)["counts"] == [(code, holders[code], n) for code, n in sorted(times.items())]
