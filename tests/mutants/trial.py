"""Tries the mutants of one package, each in a forked process, and writes what became of them.

Run in a copy of the tree: `python -m tests.mutants.trial MODULE... -- TEST... -- RESULT`. No file is changed. The
tests are collected once. A mutant inside a function gets its code exchanged in a fork of that process; one in code that
runs at import is imported anew, in a fork of a process that has only the libraries.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import coverage
import pytest

from tests.mutants.edits import Edit, edits
from tests.mutants.forks import KILLED, PYTEST, SURVIVED, Plugin, in_fork, run_items

Functions = dict[tuple[str, str, int], list[FunctionType]]  # by file, name and first line

IMPORT_AGAIN = 3  # beside KILLED and SURVIVED
IMPORT_S = 20.0  # of processor time, at most, to import and collect


@dataclass
class Baseline:
    """What runs without a mistake: the lines run at import, and those that each test runs."""

    at_import: set[int] = field(default_factory=set)
    lines: dict[str, list[int]] = field(default_factory=dict)

    def tests_of(self, lines: range) -> list[str]:
        return [test for test, covered in self.lines.items() if not set(lines).isdisjoint(covered)]


class Subject:
    """One module, and its mutants."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.filename = str(path.resolve())
        self.name = ".".join(path.with_suffix("").parts)
        text = path.read_text("utf-8")
        self._lines = text.splitlines()
        self._tree = ast.parse(text)
        self.found = edits(self._tree)
        self.codes: dict[int, int] = {}
        self.baseline = Baseline()

    def mutated(self, edit: Edit) -> CodeType:
        """For a process of its own: the tree is changed for good."""
        edit.apply()
        return compile(self._tree, self.filename, "exec", dont_inherit=True)

    def outcomes(self) -> list[dict[str, Any]]:
        return [
            {
                "path": str(self.path),
                "line": edit.line,
                "text": self._lines[edit.line - 1].strip(),
                "change": edit.change,
                "code": self.codes[index],
            }
            for index, edit in enumerate(self.found)
            if index in self.codes
        ]


class Trial:
    def __init__(self, paths: Sequence[Path], tests: Sequence[str]) -> None:
        self.subjects = [Subject(path) for path in paths]
        self.tests = tests
        self.seconds: dict[str, float] = {}
        self._every = int(os.environ.get("MUTANTS_EVERY", "1"))

    def run(self, result: Path) -> None:
        """In this process only libraries are imported."""
        kept = result.with_suffix(".warm")
        in_fork(lambda: self._collect_and_try(kept), 100_000, 100_000)
        if not kept.exists():
            raise SystemExit("the tests cannot be collected, or one fails without a mistake")
        self.seconds, libraries, stored = json.loads(kept.read_text())
        for library in libraries:
            with contextlib.suppress(Exception):  # it is imported only to save time
                importlib.import_module(library)
        gc.freeze()
        for subject, (at_import, lines, codes) in zip(self.subjects, stored, strict=True):
            subject.baseline = Baseline(set(at_import), lines)
            subject.codes = {int(index): code for index, code in codes.items()}
            for index, edit in self._chosen(subject):
                if subject.codes.get(index, IMPORT_AGAIN) == IMPORT_AGAIN:
                    subject.codes[index] = self._try_cold(subject, edit)
        result.write_text(json.dumps([one for subject in self.subjects for one in subject.outcomes()]))

    # Collected once.

    def _collect_and_try(self, kept: Path) -> int:
        self._coverage = self._new_coverage()
        self._coverage.start()
        pytest.main([*PYTEST, *self.tests], plugins=[Plugin(lambda session: self._warm_loop(session, kept))])
        return 0

    def _new_coverage(self) -> coverage.Coverage:
        files = [subject.filename for subject in self.subjects]
        found = coverage.Coverage(data_file=None, include=files, config_file=False)
        found.set_option("run:disable_warnings", ["no-data-collected"])  # of modules that have no function
        return found

    def _warm_loop(self, session: pytest.Session, kept: Path) -> None:
        self._coverage.stop()
        measured = kept.with_suffix(".base")
        in_fork(lambda: self._measure(session, measured), 100_000, 10_000)
        if not measured.exists():
            return
        self.seconds, by_file = json.loads(measured.read_text())
        for subject in self.subjects:
            at_import = set(self._coverage.get_data().lines(subject.filename) or ())
            subject.baseline = Baseline(at_import, by_file[subject.filename])
        self._try_warm(session)
        libraries = [name for name, module in sys.modules.items() if not _is_ours(module)]
        stored = [(sorted(s.baseline.at_import), s.baseline.lines, s.codes) for s in self.subjects]
        kept.write_text(json.dumps([self.seconds, libraries, stored]))

    def _measure(self, session: pytest.Session, measured: Path) -> int:
        recorder = self._new_coverage()
        recorder.start()
        seconds: dict[str, float] = {}
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            recorder.switch_context(item.nodeid)
            began = time.process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            seconds[item.nodeid] = time.process_time() - began
            if session.testsfailed:
                print("fails without a mistake:", item.nodeid, file=sys.stderr)
                return KILLED
        recorder.stop()
        by_file: dict[str, dict[str, list[int]]] = {}
        for subject in self.subjects:
            lines: dict[str, list[int]] = defaultdict(list)
            for line, contexts in recorder.get_data().contexts_by_lineno(subject.filename).items():
                for context in contexts:
                    lines[context].append(line)
            by_file[subject.filename] = {test: lines[test] for test in seconds if test in lines}
        measured.write_text(json.dumps([seconds, by_file]))
        return SURVIVED

    def _try_warm(self, session: pytest.Session) -> None:
        items = {item.nodeid: item for item in session.items}
        functions, caches = self._loaded()
        gc.freeze()
        for subject in self.subjects:
            for index, edit in self._chosen(subject):
                if not edit.in_function or not subject.baseline.at_import.isdisjoint(edit.lines):
                    continue
                tests = self._in_order(subject, subject.baseline.tests_of(edit.lines))

                def work(subject: Subject = subject, edit: Edit = edit, tests: list[str] = tests) -> int:
                    if not _exchange(subject.mutated(edit), functions):
                        return IMPORT_AGAIN
                    for cache in caches:
                        cache.cache_clear()
                    return run_items(session, [items[test] for test in tests])

                subject.codes[index] = in_fork(work, self._cpu_s(tests)) if tests else SURVIVED

    def _loaded(self) -> tuple[Functions, list[Any]]:
        """The modules' functions, and all caches of ours."""
        functions: Functions = defaultdict(list)
        caches = []
        filenames = {subject.filename for subject in self.subjects}
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename in filenames:
                functions[_key(each.__code__)].append(each)
            elif isinstance(each, functools._lru_cache_wrapper) and _is_ours(sys.modules.get(each.__module__)):
                caches.append(each)
        return functions, caches

    # Imported anew.

    def _try_cold(self, subject: Subject, edit: Edit) -> int:
        tests = self._in_order(subject, list(self.seconds))  # any may look at what an import made
        files = list(dict.fromkeys(test.partition("::")[0] for test in tests))

        def work() -> int:
            sys.meta_path.insert(0, _Changed(subject.name, subject.filename, subject.mutated(edit)))
            codes = [KILLED]

            def loop(session: pytest.Session) -> None:
                codes[0] = run_items(session, session.items) if session.items else KILLED

            pytest.main([*PYTEST, *files], plugins=[Plugin(loop, tests)])
            return codes[0]

        return in_fork(work, self._cpu_s(tests) + IMPORT_S)

    # Both.

    def _chosen(self, subject: Subject) -> Iterator[tuple[int, Edit]]:
        return islice(enumerate(subject.found), 0, None, self._every)

    def _in_order(self, subject: Subject, tests: list[str]) -> list[str]:
        """The module's own tests first, quick ones before slow ones."""
        own = f"/test_{subject.path.stem}"
        return sorted(tests, key=lambda test: (own not in test, self.seconds[test]))

    def _cpu_s(self, tests: list[str]) -> float:
        return 5 * sum(self.seconds[test] for test in tests)


def _key(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _exchange(module: CodeType, functions: Functions) -> bool:
    """Whether each function could take its new code."""
    for code in _all_codes(module):
        for function in functions.get(_key(code), ()):
            if function.__code__.co_freevars != code.co_freevars:
                return False
            function.__code__ = code
    return True


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module with other code."""

    def __init__(self, name: str, filename: str, code: CodeType) -> None:
        self._name, self._filename, self._code = name, filename, code

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._filename, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, vars(module))


def _all_codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _all_codes(constant)


def _is_ours(module: ModuleType | None) -> bool:
    name = getattr(module, "__name__", "")
    return name.partition(".")[0] in ("core", "worker", "gui", "resources", "tests", "__main__")


def main() -> None:
    """`MODULE... -- TEST... -- RESULT`"""
    paths, tests, (result,) = (list(each) for is_mark, each in groupby(sys.argv[1:], "--".__eq__) if not is_mark)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    if not os.environ.get("MUTANTS_DEBUG"):
        os.dup2(quiet, 2)
    Trial([Path(path) for path in paths], tests).run(Path(result))


if __name__ == "__main__":
    main()
