"""Tries the mutants of one module, each in a forked process, and writes what became of them.

Run in a copy of the tree: `python -m tests.mutants.trial MODULE TEST... -- RESULT`. No file is changed. The tests are
collected once. A mutant inside a function gets its code exchanged in a fork of that process; one in code that runs at
import, or whose results may be cached since, is imported anew in a fork of a process that has only the libraries.
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
import resource
import select
import signal
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, NoReturn

import coverage
import pytest
from hypothesis import Phase, settings

from tests.mutants.edits import Edit, edits

KILLED, SURVIVED, IMPORT_AGAIN = 1, 0, 3
# Of processor time, so that a busy machine kills no mutant; and of the clock, for one that waits for ever.
LEAST_CPU_S = 4
LONGEST_S = 60.0
OFF = [arg for name in ("randomly", "xdist", "cov", "cacheprovider") for arg in ("-p", f"no:{name}")]
# Libraries are there before pytest looks at them; it would rewrite their `assert`.
PYTEST = ["-q", "-x", *OFF, "--timeout=0", "-W", "ignore::pytest.PytestAssertRewriteWarning"]


@dataclass
class Baseline:
    """What the unchanged tests do."""

    at_import: set[int] = field(default_factory=set)
    lines: dict[str, list[int]] = field(default_factory=dict)  # by test
    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def tests_of(self, lines: range, everything: bool) -> list[str]:
        """Those that run one of the lines; or of the module's lines that are not run at import."""
        return [
            test
            for test, covered in self.lines.items()
            if (set(covered) - self.at_import if everything else not set(lines).isdisjoint(covered))
        ]


def in_fork(work: Callable[[], int], cpu_s: float, wait_s: float = LONGEST_S) -> int:
    """The exit code of `work` in a process of its own; KILLED if it runs too long."""
    ended, alive = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(ended)
        _run_and_exit(work, cpu_s)
    os.close(alive)
    if not select.select([ended], [], [], wait_s)[0]:
        os.kill(pid, signal.SIGKILL)
    os.close(ended)
    status = os.waitpid(pid, 0)[1]
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else KILLED


def _run_and_exit(work: Callable[[], int], cpu_s: float) -> NoReturn:
    code = KILLED
    try:
        limit = int(time.process_time() + cpu_s) + LEAST_CPU_S
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
        code = work()
    except BaseException:  # noqa: BLE001  # a mutant may raise anything
        traceback.print_exc()
    finally:
        os._exit(code)


class Plugin:
    """Loads the settings of hypothesis after the suite's own, and takes the place of pytest's loop."""

    def __init__(self, loop: Callable[[pytest.Session], None], wanted: Sequence[str] = ()) -> None:
        self._loop = loop
        self._wanted = {test: place for place, test in enumerate(wanted)}

    def pytest_collection(self) -> None:
        phases = (Phase.explicit, Phase.generate)
        settings.register_profile(
            "mutants", settings.default, max_examples=30, derandomize=True, database=None, phases=phases
        )
        settings.load_profile("mutants")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._wanted:
            items[:] = sorted((i for i in items if i.nodeid in self._wanted), key=lambda i: self._wanted[i.nodeid])

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._loop(session)
        return True


def run_items(session: pytest.Session, items: Sequence[pytest.Item]) -> int:
    """SURVIVED, or KILLED at the first test that fails."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return KILLED
    return SURVIVED


class Trial:
    def __init__(self, path: Path, tests: Sequence[str]) -> None:
        self.path = path
        self.filename = str(path.resolve())
        self.name = ".".join(path.with_suffix("").parts)
        self.source = path.read_text("utf-8")
        self.tests = tests
        self.found = edits(ast.parse(self.source))
        self.baseline = Baseline()
        self.codes: dict[int, int] = {}
        self.libraries: list[str] = []
        self.error = ""

    def run(self, result: Path) -> None:
        """In this process only libraries are imported."""
        kept = result.with_suffix(".warm")
        in_fork(lambda: self._collect_and_try(kept), 100_000, 100_000)
        if not kept.exists():
            raise SystemExit(f"{self.path}: the tests could not be collected")
        stored = json.loads(kept.read_text())
        self.baseline = Baseline(**{**stored["baseline"], "at_import": set(stored["baseline"]["at_import"])})
        self.codes = {int(index): code for index, code in stored["codes"].items()}
        if self.baseline.failed:
            raise SystemExit(f"{self.path}: fails without a change: {self.baseline.failed}")
        for library in stored["libraries"]:
            _import_if_possible(library)
        for index, edit in enumerate(self.found):
            if self.codes.get(index, IMPORT_AGAIN) == IMPORT_AGAIN:
                self.codes[index] = self._try_cold(index, edit)
        outcomes = [
            {"line": e.line, "scope": e.scope, "change": e.change, "code": self.codes[i]}
            for i, e in enumerate(self.found)
        ]
        result.write_text(json.dumps(outcomes))

    # Collected once.

    def _collect_and_try(self, kept: Path) -> int:
        self._coverage = coverage.Coverage(data_file=None, include=[self.filename], config_file=False)
        self._coverage.start()
        pytest.main([*PYTEST, *self.tests], plugins=[Plugin(lambda session: self._warm_loop(session, kept))])
        return 0

    def _warm_loop(self, session: pytest.Session, kept: Path) -> None:
        self._coverage.stop()
        at_import = set(self._coverage.get_data().lines(self.filename) or ())
        measured = kept.with_suffix(".base")
        in_fork(lambda: self._measure(session, measured), 100_000, 10_000)
        self.baseline = Baseline(at_import, **json.loads(measured.read_text()))
        if not self.baseline.failed:
            self._try_warm(session)
        libraries = [name for name, module in sys.modules.items() if not _is_ours(module)]
        baseline = {**vars(self.baseline), "at_import": sorted(at_import)}
        kept.write_text(json.dumps({"baseline": baseline, "codes": self.codes, "libraries": libraries}))

    def _measure(self, session: pytest.Session, measured: Path) -> int:
        recorder = coverage.Coverage(data_file=None, include=[self.filename], config_file=False)
        recorder.start()
        failed: list[str] = []
        seconds: dict[str, float] = {}
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            recorder.switch_context(item.nodeid)
            began = time.perf_counter()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            seconds[item.nodeid] = time.perf_counter() - began
            if session.testsfailed:
                failed.append(item.nodeid)
                break
        recorder.stop()
        data = recorder.get_data()
        lines: dict[str, list[int]] = defaultdict(list)
        for line, contexts in data.contexts_by_lineno(self.filename).items():
            for context in contexts:
                lines[context].append(line)
        ordered = {test: lines[test] for test in seconds if test in lines}
        measured.write_text(json.dumps({"lines": ordered, "seconds": seconds, "failed": failed}))
        return 0

    def _try_warm(self, session: pytest.Session) -> None:
        items = {item.nodeid: item for item in session.items}
        functions, caches = self._loaded()
        gc.freeze()
        for index, edit in enumerate(self.found):
            if not edit.in_function or not self.baseline.at_import.isdisjoint(edit.lines):
                continue
            tests = self._in_order(self.baseline.tests_of(edit.lines, everything=False))
            if not tests:
                self.codes[index] = SURVIVED
                continue
            chosen = [items[test] for test in tests]

            def work(index: int = index, chosen: list[pytest.Item] = chosen) -> int:
                if not self._exchange(index, functions):
                    return IMPORT_AGAIN
                for cache in caches:
                    cache.cache_clear()
                return run_items(session, chosen)

            self.codes[index] = in_fork(work, self._cpu_s(tests))

    def _loaded(self) -> tuple[dict[tuple[str, int], list[FunctionType]], list[Any]]:
        """The module's functions, by name and first line, and all caches of ours."""
        functions: dict[tuple[str, int], list[FunctionType]] = defaultdict(list)
        caches = []
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename == self.filename:
                functions[each.__code__.co_qualname, each.__code__.co_firstlineno].append(each)
            elif isinstance(each, functools._lru_cache_wrapper) and _is_ours(sys.modules.get(each.__module__)):
                caches.append(each)
        return functions, caches

    def _exchange(self, index: int, functions: dict[tuple[str, int], list[FunctionType]]) -> bool:
        """Whether each function could take its new code."""
        for code in _all_codes(self._mutated(index)):
            for function in functions.get((code.co_qualname, code.co_firstlineno), ()):
                if function.__code__.co_freevars != code.co_freevars:
                    return False
                function.__code__ = code
        return True

    # Imported anew.

    def _try_cold(self, index: int, edit: Edit) -> int:
        tests = self._in_order(self.baseline.tests_of(edit.lines, everything=True))
        if not tests:
            return SURVIVED
        files = list(dict.fromkeys(test.partition("::")[0] for test in tests))

        def work() -> int:
            sys.meta_path.insert(0, _Changed(self.name, self.filename, self._mutated(index)))
            codes = [KILLED]

            def loop(session: pytest.Session) -> None:
                codes[0] = run_items(session, session.items) if session.items else KILLED

            pytest.main([*PYTEST, *files], plugins=[Plugin(loop, tests)])
            return codes[0]

        return in_fork(work, self._cpu_s(tests) + 20)

    # Both.

    def _mutated(self, index: int) -> CodeType:
        tree = ast.parse(self.source)
        edits(tree)[index].apply()
        return compile(tree, self.filename, "exec", dont_inherit=True)

    def _in_order(self, tests: list[str]) -> list[str]:
        """The module's own tests first, quick ones before slow ones."""
        own = f"/test_{self.path.stem}"
        return sorted(tests, key=lambda test: (own not in test, self.baseline.seconds[test]))

    def _cpu_s(self, tests: list[str]) -> float:
        return 5 * sum(self.baseline.seconds[test] for test in tests)


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


def _import_if_possible(name: str) -> None:
    with contextlib.suppress(Exception):  # it is imported only to save time
        importlib.import_module(name)


def main() -> None:
    *tests, _, result = sys.argv[2:]
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    if not os.environ.get("MUTANTS_DEBUG"):
        os.dup2(quiet, 2)
    Trial(Path(sys.argv[1]), tests).run(Path(result))


if __name__ == "__main__":
    main()
