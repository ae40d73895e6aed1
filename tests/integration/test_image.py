"""The compose file and the image without an engine: the schema, and the steps in an empty folder."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.http_calls import SAMPLE, post
from tests.support.ingest_process import IngestProcess

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
TIMEOUT_S = 240
SYSTEM_STEPS = ("useradd", "install -d")  # make users and folders of the image's own system


def instructions() -> Iterator[tuple[str, str]]:
    """(instruction, the rest) of the Dockerfile, continued lines joined."""
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest.strip()


def steps() -> Iterator[tuple[str, str]]:
    """The COPY and RUN steps, save those that only touch the image's system."""
    for word, rest in instructions():
        if word == "COPY":
            yield word, rest
        elif word == "RUN":
            for command in rest.split("&&"):
                if not command.strip().startswith(SYSTEM_STEPS):
                    yield word, command.strip()


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the image has in /app, and the Python that it has installed into."""
    app = tmp_path_factory.mktemp("image")
    subprocess.run([sys.executable, "-m", "venv", str(app / "python")], check=True, timeout=TIMEOUT_S)
    for word, rest in steps():
        if word == "COPY":
            *sources, target = shlex.split(rest)
            for source in sources:
                place = app / target / Path(source).name if target.endswith("/") else app / target
                copy(ROOT / source, place)
        else:
            run(app, shlex.split(rest))
    return app


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def environment(app: Path, token: str = "", data: str = "data") -> dict[str, str]:
    path = f"{app / 'python' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    ours = {"PATH": path, "PACELINE_DATA_DIR": str(app / data), "PACELINE_INGEST_TOKEN": token}
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | ours


def run(app: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    """As in the image: its Python first on PATH, its folder, nothing of this environment's packages."""
    done = subprocess.run(
        command, cwd=app, env=environment(app), capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert done.returncode == 0, f"{shlex.join(command)}\n{done.stdout}{done.stderr}"
    return done


def test_that_the_image_has_no_qt_and_its_commands_run(image: Path) -> None:
    looked = "import importlib.util as u; print([m for m in ('PySide6', 'pyqtgraph', 'qtawesome') if u.find_spec(m)])"
    assert run(image, ["python", "-c", looked]).stdout == "[]\n"
    (image / "row.jsonl").write_text('{"type": "Running", "duration": 45, "userId": "Ana"}\n')
    assert "\taccepted\t" in run(image, ["paceline-submit", "row.jsonl"]).stdout
    run(image, ["paceline-worker", "--drain"])
    assert "1 accepted = 1 stored" in run(image, ["paceline-ledger"]).stdout
    assert run(image, ["paceline-failed", "list", "--json"]).stdout == ""


def test_that_the_http_service_of_the_compose_file_runs_in_the_image(image: Path) -> None:
    token = "a-token-of-some-length"
    command = ["paceline-ingest", "--host", "0.0.0.0", "--port", "0"]
    (image / "ingest").mkdir()
    assert ", ".join(f'"{word}"' for word in command[:4]) in (DEPLOY / "compose.yaml").read_text()
    with closing(IngestProcess(image / "ingest", command=command, env=environment(image, token, "ingest"))) as service:
        assert post(service.port, SAMPLE).status == 401
        assert post(service.port, SAMPLE, {"Authorization": f"Bearer {token}"}).status == 202
        (check,) = re.findall(r'"(import urllib.*)"', (DEPLOY / "compose.yaml").read_text())
        run(image, ["python", "-c", check.replace(":3000/", f":{service.port}/")])
        assert service.end() == 0


def test_that_the_last_step_starts_a_command_of_ours() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    last, arguments = list(instructions())[-1]
    assert last == "CMD"
    assert arguments.strip('["]') in scripts


def test_that_the_compose_file_follows_its_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, str(DEPLOY / "compose.yaml")], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert done.returncode == 0, done.stdout


def test_that_every_variable_of_the_compose_file_has_its_line_in_the_example() -> None:
    example = {line.partition("=")[0] for line in (DEPLOY / "example.env").read_text().splitlines() if "=" in line}
    used = {part.partition(":?}")[0] for part in (DEPLOY / "compose.yaml").read_text().split("${")[1:]}
    assert used == example
