from __future__ import annotations

import json
import re
import subprocess
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typing_extensions import override

from core.recording.recording import Recording, open_recording
from core.recording.records import Record
from gui.theme.palette import DARK, LIGHT, Palette
from tests.support.node import node
from tests.support.recorded import SECRETS, record_to
from tests.support.recorded_session import PEOPLE, session
from tests.support.source_tree import ROOT
from worker.exports.files import ExportError
from worker.recording.page.document import page_text, write_page

HOSTILE = "</script><img src=x onerror=\"alert('1')\">"


class Elements(HTMLParser):
    """Every element of a page, and the text of those that hold code or data."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    @override
    def handle_data(self, data: str) -> None:
        if self.tags and data.strip():
            self.texts.append((self.tags[-1][0], data))


def recorded(folder: Path, records: Iterable[Record] = (), *, names: bool = False) -> Recording:
    return open_recording(record_to(folder / "session.paceline", list(records) or list(session(20)), names=names))


def test_that_the_page_loads_nothing(tmp_path: Path) -> None:
    page = page_text(recorded(tmp_path))
    elements = Elements(page)
    assert not {tag for tag, _ in elements.tags} & {"link", "img", "iframe", "object", "embed", "form", "base", "image"}
    assert not {name for _, attributes in elements.tags for name in attributes if name in ("src", "href", "style")}
    assert not any(name.startswith("on") for _, attributes in elements.tags for name in attributes)
    assert re.findall(r"https?://[^\"']*", page) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|innerHTML|outerHTML|insertAdjacent|eval\(", page)


def test_that_only_the_code_of_the_page_may_run(tmp_path: Path) -> None:
    elements = Elements(page_text(recorded(tmp_path)))
    policies = [each["content"] for tag, each in elements.tags if tag == "meta" and "http-equiv" in each]
    assert len(policies) == 1
    rules = dict(rule.strip().split(" ", 1) for rule in (policies[0] or "").split(";"))
    hashes = [
        f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
        for tag, text in elements.texts
        if tag in ("script", "style") and not text.startswith("{")
    ]
    assert len(hashes) == 3
    assert rules == {
        "default-src": "'none'",
        "style-src": hashes[0],
        "script-src": f"{hashes[1]} {hashes[2]}",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_that_a_hostile_name_is_text(tmp_path: Path) -> None:
    recording = recorded(tmp_path, session(20, people=(HOSTILE, "{{page}}", 'O"Neil')), names=True)
    elements = Elements(page_text(recording))
    assert [tag for tag, _ in elements.tags].count("script") == 3
    assert "img" not in {tag for tag, _ in elements.tags}
    data = json.loads(next(text for tag, text in elements.texts if tag == "script"))
    assert any(job.startswith(HOSTILE) for job in data["jobs"])
    assert any(job.startswith("{{page}}") for job in data["jobs"])
    assert any(job.startswith('O"Neil') for job in data["jobs"])


def test_that_a_recording_without_names_makes_a_page_without_names(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    page = page_text(recorded(tmp_path))
    assert not [name for name in PEOPLE if name in page]
    assert "Athlete 1" in page
    page = page_text(open_recording(record_to(tmp_path / "other" / "one", names=False)))
    assert not [secret for secret in SECRETS if secret in page]


def test_that_what_is_missing_is_said(tmp_path: Path) -> None:
    whole = recorded(tmp_path)
    assert json.loads(data_of(page_text(whole)))["notices"] == []
    text = whole.path.read_bytes()
    whole.path.write_bytes(text[: len(text) * 2 // 3])
    notices = json.loads(data_of(page_text(open_recording(whole.path))))["notices"]
    assert len(notices) == 1
    assert notices[0].startswith("The end of this recording is missing")


def data_of(page: str) -> str:
    return next(text for tag, text in Elements(page).texts if tag == "script")


def test_that_a_page_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    recording, target = recorded(tmp_path), tmp_path / "page.html"
    write_page(recording, target)
    before = target.read_text("utf-8")
    assert before.startswith("<!doctype html>")
    assert before.endswith("</html>\n")
    with pytest.raises(ExportError, match=r"page\.html exists already"):
        write_page(recording, target)
    target.write_text("old", "utf-8")
    write_page(recording, target, replace=True)
    assert target.read_text("utf-8") == before
    with pytest.raises(ExportError, match=r"Could not save page\.html"):
        write_page(recording, tmp_path / "nowhere" / "page.html")
    assert {path.name for path in tmp_path.iterdir()} == {"session.paceline", "page.html"}


@pytest.mark.parametrize(("palette", "part"), [(LIGHT, 0), (DARK, 1)])
def test_that_its_colours_are_those_of_the_program(palette: Palette, part: int) -> None:
    style = (ROOT / "resources" / "recording_page" / "page.css").read_text("utf-8")
    block = re.findall(r":root \{([^}]*)\}", style)[part]
    found = {name.replace("-", "_"): colour for name, colour in re.findall(r"--([\w-]+): (#\w{6})", block)}
    assert found == {name: getattr(palette, name) for name in found}
    assert len(found) == 16


def test_that_every_script_is_in_the_page_and_can_be_read(tmp_path: Path) -> None:
    folder = ROOT / "resources" / "recording_page"
    page = page_text(recorded(tmp_path))
    assert all(path.read_text("utf-8").strip() in page for path in folder.glob("*.js"))
    scripts = [text for tag, text in Elements(page).texts if tag == "script"][1:]
    for number, text in enumerate(scripts):
        path = tmp_path / f"{number}.js"
        path.write_text(text, "utf-8")
        done = subprocess.run([node(), "--check", str(path)], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
    assert len(scripts) == 2
