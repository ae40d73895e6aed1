"""The page of a recording as one HTML file that loads nothing, and may run nothing but the script that is in it."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import Path

from core.recording.recording import Recording
from core.version import VERSION
from worker.exports.files import ExportError, complete_file
from worker.recording.page.folding import fold
from worker.recording.page.page_data import page_json, title_of

_SCRIPTS = ("common.js", "head.js", "flow.js", "charts.js", "player.js")  # one after the other, in one scope
_PLACE = re.compile(r"\{\{(\w+)\}\}")


def write_page(recording: Recording, target: Path, *, replace: bool = False) -> None:
    """The file has its name only when it is complete. `replace`: one that is there.

    RecordingError and ExportError, with a sentence for the user.
    """
    if target.exists() and not replace:
        raise ExportError(f"{target.name} exists already.")
    page = page_text(recording)
    with complete_file(target) as file:
        file.write(page)


def page_text(recording: Recording) -> str:
    """Reads the whole recording once. RecordingError where that is not possible."""
    header = recording.header
    story = fold(header, recording.records())
    data = page_json(header, story, _notices(recording)).decode()
    style, logic = _resource("page.css"), _resource("logic.js")
    page = '"use strict";\n(() => {\n' + "\n".join(map(_resource, _SCRIPTS)) + "})();\n"
    parts = {
        "policy": _policy(style, logic, page),
        "version": escape(VERSION),
        "title": escape(title_of(header)),
        "style": style,
        "logic": logic,
        "page": page,
        "data": data,
    }
    return _PLACE.sub(lambda found: parts[found[1]], _resource("page.html"))


def _policy(style: str, *scripts: str) -> str:
    allowed = " ".join(_hash_of(script) for script in scripts)
    rules = ("default-src 'none'", f"script-src {allowed}", f"style-src {_hash_of(style)}")
    return "; ".join((*rules, "base-uri 'none'", "form-action 'none'"))


def _hash_of(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _notices(recording: Recording) -> list[str]:
    """About what the file lacks; known once it was read."""
    found = []
    if not recording.is_whole:
        found.append("The end of this recording is missing: the program that recorded it broke off, or still records.")
    if recording.dropped:
        found.append(f"{recording.dropped:,} events came faster than they could be recorded, and are missing.")
    if recording.skipped:
        found.append(f"{recording.skipped:,} entries of the recording could not be read, and are missing.")
    return found


def _resource(name: str) -> str:
    return files("resources").joinpath("recording_page", name).read_text(encoding="utf-8")
