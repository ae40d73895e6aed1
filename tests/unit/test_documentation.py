"""The documents agree with the code: what they name exists, and its rooms, states and threads are all named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.documents import (
    MACHINE_PATH,
    PATH,
    SPAN,
    broken_links,
    defined,
    enum_members,
    first_cells,
    layers,
    literals,
    lost_paths,
    thread_names,
    unknown_names,
    unknown_targets,
    unused_terms,
)
from tests.support.import_graph import sources
from tests.support.source_tree import ROOT

DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = sources(ROOT, ("core", "worker", "gui"))
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
# What became of a workout, as each part of the program says it.
STATES = ("Disposition", "OutcomeKind", "Stage", "FailedState", "PublishStatus")


def test_that_every_room_is_described_in_its_order() -> None:
    rooms = layers((ROOT / "tests/unit/test_layers.py").read_text(encoding="utf-8"))
    assert len(rooms) > 30
    tables = first_cells(ARCHITECTURE, "The rooms")
    assert [room for room in tables if room != "worker"] == [room for room in rooms if room != "worker"]


def test_that_every_folder_is_named() -> None:
    folders = {
        str(path.parent.relative_to(ROOT)) for top in ("core", "worker", "gui") for path in ROOT.glob(f"{top}/*/*.py")
    }
    named = set(PATH.findall(ARCHITECTURE)) | {path.rpartition("/")[0] for path in PATH.findall(ARCHITECTURE)}
    assert len(folders) > 25
    assert folders - named == set()


def test_that_every_state_is_named() -> None:
    states = enum_members(TEXTS.values(), STATES)
    spans = set(SPAN.findall(ARCHITECTURE))
    assert {state.partition(".")[0] for state in states} == set(STATES)
    assert states - spans == set()
    steps = literals(TEXTS.values(), "StepKind")
    assert len(steps) > 8
    assert steps - spans == set()


def test_that_every_thread_is_named() -> None:
    threads = thread_names(TEXTS.values())
    assert len(threads) > 10
    named = {re.sub(r"`(.+?)`.*", r"\1", cell) for cell in first_cells(ARCHITECTURE, "Threads")}
    assert named - {"main"} == threads


def test_that_every_term_of_the_glossary_is_in_the_code() -> None:
    terms = first_cells(ARCHITECTURE, "Glossary")
    assert len(terms) > 30
    assert terms == sorted(terms)
    assert unused_terms(terms, " ".join(TEXTS.values())) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_that_a_document_names_what_is_there(path: Path) -> None:
    document = path.read_text(encoding="utf-8")
    assert broken_links(document, path) == []
    assert MACHINE_PATH.findall(document) == []
    assert unknown_targets(document, (ROOT / "Makefile").read_text(encoding="utf-8")) == set()
    if path.name != "CHANGELOG.md":  # which tells of what was
        assert lost_paths(document, ROOT) == set()


def test_that_names_in_a_document_are_those_of_the_code() -> None:
    known = defined(TEXTS.values())
    for name in ("docs/architecture.md", "CONTRIBUTING.md", "SECURITY.md"):
        assert unknown_names((ROOT / name).read_text(encoding="utf-8"), known) == set(), name


def test_that_what_is_not_there_is_found() -> None:
    known = defined(["class Loop:\n    here = 1\n    def stop(self): self.at_s = 0", "def settle(): ...", "Kind = str"])
    sound = "`Loop`, `Loop.stop`, `Loop.at_s`, `Loop.here`, `settle()`, `Kind`, `RABBIT`, `a b`"
    assert unknown_names(f"{sound}\n```mermaid\nLoop->>RabbitMQ: go\n```\n", known) == set()
    lost = "`Lop` `Loop.end` `settled()`\n```mermaid\nLoop->>OtherLoop: go\n```\n"
    assert unknown_names(lost, known) == {"Lop", "Loop.end", "settled()", "OtherLoop"}


def test_that_a_lost_path_link_target_or_machine_is_found(tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "errors.py").touch()
    assert lost_paths("core/errors, core/errors.py. See core/lost and core/lost.py.", tmp_path) == {
        "core/lost",
        "core/lost.py",
    }
    page = tmp_path / "page.md"
    page.write_text("# One head\n", encoding="utf-8")
    links = "[a](page.md) [b](page.md#one-head) [c](#one-head) [d](https://example.org/x) [e](lost.md) [f](page.md#two)"
    assert broken_links(links, page) == ["lost.md", "page.md#two"]
    assert unknown_targets("`make test`, `make tea`\n\n    make coffee\n", "test: x\n") == {"tea", "coffee"}
    assert len(MACHINE_PATH.findall(r"in /home/ana/x, /opt/x and C:\Users but not sqlite:///home/x or a/tmp/b")) == 3


def test_that_tables_threads_states_and_terms_are_read() -> None:
    tables = "| room | is |\n|---|---|\n| core | x |\n\n| other | y |\n|---|---|\n| core/a | z |"
    page = f"\n## Rooms\n\n{tables}\n\n## Next\n| no | no |\n"
    assert first_cells(page, "Rooms") == ["core", "core/a"]
    assert layers("LAYERS = {'core': ('core', 'core.a')}") == ["core", "core/a"]
    started = "Thread(target=f, name='one')\nthreading.Thread(name=f'two {x}')\nOther(name='no')"
    started += "\nThreadPoolExecutor(2, thread_name_prefix='p')"
    started += "\nclass S(ServiceThread):\n  def __init__(self):\n    super().__init__('three')"
    assert thread_names([started]) == {"one", "two", "three", "p"}
    assert enum_members(["class A(Enum):\n    X = 1\n    def f(self): y = 2"], ["A"]) == {"A.X"}
    assert literals(["K = Literal['a', 'b']"], "K") == {"a", "b"}
    assert unused_terms(["dead-letter", "lease", "held", "epoch"], "class DeadLetter: ...  # leases_of held_back") == [
        "epoch"
    ]
