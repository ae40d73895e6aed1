"""Restores a backup into a data folder that no program uses; what was there is kept beside it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from core.broker.embedded.feed import events_path
from core.care.database_files import NEWEST_VERSIONS, digest_of, held_alone
from core.care.file_users import in_use_text, programs_with
from core.care.manifest import Manifest
from core.care.progress import UNWATCHED, CareError, Watch
from core.care.verify import check_backup
from core.sqlite.connection import COMPANION_SUFFIXES
from core.utc_text import utc_seconds_text

DATABASES = ("outbox.db", "queue.db", "results.db")


@dataclass(frozen=True, slots=True)
class Restored:
    """`kept`: the folder with what was there before; None where nothing was."""

    manifest: Manifest
    kept: Path | None


def check_restorable(backup: Path, folder: Path, *, watch: Watch = UNWATCHED) -> Manifest:
    """Before this program itself ends using the folder. CareError when the backup is not whole or too new, or when
    another program is known to use the folder."""
    manifest = check_backup(backup, watch)
    _need_known_versions(manifest)
    for name in DATABASES:
        if programs_with(folder / name):
            raise CareError(in_use_text(folder / name))
    return manifest


def restore_backup(backup: Path, folder: Path, *, now_ms: Callable[[], int], watch: Watch = UNWATCHED) -> Restored:
    """CareError when the backup is not whole or too new, the folder is in use, or cannot be written to: then nothing
    has changed."""
    manifest = check_backup(backup, watch)
    _need_known_versions(manifest)
    stamp = utc_seconds_text(now_ms()).translate(str.maketrans("", "", ":-Z"))
    kept, fresh = folder / f"before-restore-{stamp}", folder / f".restore-{stamp}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            for name in (*DATABASES, events_path(folder / "queue.db").name):
                if (folder / name).exists():
                    stack.enter_context(held_alone(folder / name))
            if kept.exists():
                raise CareError(f"{kept.name} is there already.")
            fresh.mkdir(mode=0o700)
            _copy_in(backup, fresh, manifest, watch)
            moved = _exchange(folder, fresh, kept, manifest)
    except OSError as error:
        raise CareError(f"The backup cannot be restored in {folder}: {error.strerror or error}.") from None
    finally:
        with suppress(OSError):
            shutil.rmtree(fresh)
    return Restored(manifest, kept if moved else None)


def _need_known_versions(manifest: Manifest) -> None:
    for file in manifest.files:
        newest = NEWEST_VERSIONS.get(file.kind)
        if newest is not None and (file.version or 0) > newest:
            raise CareError(f"{file.name} is of a newer version of this program: update it first.")


def _copy_in(backup: Path, fresh: Path, manifest: Manifest, watch: Watch) -> None:
    for done, file in enumerate(manifest.files):
        watch.step("Copying", done, len(manifest.files))
        shutil.copyfile(backup / file.name, fresh / file.name)
        (fresh / file.name).chmod(0o600)
        if digest_of(fresh / file.name, watch) != file.sha256:
            raise CareError(f"{file.name} could not be copied whole.")


def _exchange(folder: Path, fresh: Path, kept: Path, manifest: Manifest) -> int:
    """All old files out and all new ones in, or everything as before. Returns how many were moved out."""
    old = [folder / name for name in _replaced(folder, manifest)]
    moves = [(path, kept / path.name) for path in old]
    moves += [(fresh / file.name, folder / file.name) for file in manifest.files]
    if old:
        kept.mkdir(mode=0o700)
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            source.rename(target)
            done.append((source, target))
    except OSError:
        for source, target in reversed(done):
            target.rename(source)
        if old:
            kept.rmdir()
        raise
    return len(old)


def _replaced(folder: Path, manifest: Manifest) -> list[str]:
    """All databases, also those that the backup has not: queue, outbox and results belong together."""
    names = [*DATABASES, events_path(folder / "queue.db").name]
    names += [name + suffix for name in list(names) for suffix in COMPANION_SUFFIXES]
    names += [file.name for file in manifest.files if file.name not in names]
    return [name for name in names if (folder / name).exists()]
