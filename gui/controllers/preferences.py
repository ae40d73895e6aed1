"""The user's preferences in the settings file: theme, units, worker, connections, layout."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import replace

from core.config.passwords import Keychain, PasswordStore, split_password
from core.config.settings import DEFAULT_PREFETCH, Settings, passwords_in, save_settings
from core.files.headers import FileHeader
from core.parsing.table_columns import ColumnChoice
from gui.dialogs.connection_url import NamedConnection
from gui.forms.formatting import Units
from gui.frame.view_models import SettingsView
from gui.theme.theme import TEXT_FACTORS

MAX_RECENT = 8
MAX_TABLES = 20  # whose columns are remembered

Save = Callable[[Callable[[], str]], None]


class Preferences:
    """Main thread. `save` calls what it is given in the background; it returns a sentence for the user, or none.

    `keep` False (a demonstration): nothing is written.
    """

    def __init__(self, settings: Settings, save: Save, keychain: PasswordStore | None = None, *, keep: bool) -> None:
        self._settings, self._save, self._keep, self._keychain = settings, save, keep, keychain
        self._stored = settings.stored

    @property
    def view(self) -> SettingsView:
        stored = self._stored
        return SettingsView(
            theme=stored.theme,
            distance_unit=stored.distance_unit,
            weight_unit=stored.weight_unit,
            prefetch=stored.prefetch or DEFAULT_PREFETCH,
            simulated_work=stored.simulate_work or "",
            http_endpoint=stored.http_endpoint,
            http_port=stored.http_port,
            celebrations=stored.celebrations,
        )

    @property
    def units(self) -> Units:
        return Units(self._stored.distance_unit, self._stored.weight_unit)

    @property
    def celebrations(self) -> bool:
        """Whether a badge that was earned just now is pointed out."""
        return self._stored.celebrations

    @property
    def text_factor(self) -> float | None:
        """The chosen size of texts; None: that of the system."""
        found = self._stored.console.get("text_factor")
        return found if found in TEXT_FACTORS else None

    @property
    def layout(self) -> bytes:
        """The saved layout; empty if there is none or it is damaged."""
        try:
            return base64.b64decode(str(self._stored.window.get("layout", "")), validate=True)
        except (binascii.Error, ValueError):
            return b""

    @property
    def recent(self) -> tuple[NamedConnection, ...]:
        """Recently used connections, newest first, without passwords."""
        found = self._stored.console.get("connections")
        if not isinstance(found, list):
            return ()
        pairs = [each for each in found if isinstance(each, dict)]
        return tuple(NamedConnection(str(each.get("url", "")), str(each.get("name", ""))) for each in pairs)

    def columns_of(self, header: FileHeader) -> tuple[ColumnChoice, ...]:
        """What the columns of such a table were chosen to be; the guess if they were not, or it cannot be read."""
        known = self._stored.console.get("import_columns")
        chosen = known.get(header.key) if isinstance(known, dict) else None
        if not isinstance(chosen, list) or len(chosen) != len(header.names):
            return header.choices
        pairs = [each for each in chosen if isinstance(each, list) and len(each) == 2]
        if len(pairs) != len(chosen):
            return header.choices
        return tuple(ColumnChoice(str(field), None if unit is None else str(unit)) for field, unit in pairs)

    def with_stored_password(self, url: str) -> str:
        """The URL with the password that is stored for it, if there is one. For a background thread: it may wait.

        SettingError for a file of passwords that cannot be used.
        """
        return passwords_in(self._settings.folder, self._keychain or Keychain()).complete(url)

    def choose(self, view: SettingsView) -> None:
        self._stored = self._stored.model_copy(
            update={
                "theme": view.theme,
                "distance_unit": view.distance_unit,
                "weight_unit": view.weight_unit,
                "prefetch": view.prefetch,
                "simulate_work": view.simulated_work or None,
                "http_endpoint": view.http_endpoint,
                "http_port": view.http_port,
                "celebrations": view.celebrations,
            }
        )
        self._write()

    def choose_worker(self, prefetch: int, simulated_work: str) -> None:
        changed = {"prefetch": prefetch, "simulate_work": simulated_work or None}
        self._stored = self._stored.model_copy(update=changed)
        self._write()

    def choose_columns(self, key: str, choices: Sequence[ColumnChoice]) -> None:
        """Remember the columns of a table; those of the last few."""
        known = self._stored.console.get("import_columns")
        others = {one: each for one, each in known.items() if one != key} if isinstance(known, dict) else {}
        newest = dict([*others.items(), (key, [[one.field, one.unit] for one in choices])][-MAX_TABLES:])
        self._stored = self._stored.model_copy(update={"console": {**self._stored.console, "import_columns": newest}})
        self._write()

    def choose_theme(self, mode: str) -> None:
        self._stored = self._stored.model_copy(update={"theme": mode})
        self._write()

    def choose_text_factor(self, factor: float | None) -> None:
        console = {**self._stored.console, "text_factor": factor}
        self._stored = self._stored.model_copy(update={"console": console})
        self._write()

    def choose_connection(self, connection: NamedConnection) -> None:
        """Add it as the first recent connection; the settings file has it without its password."""
        bare = replace(connection, url=split_password(connection.url)[0], database="")
        recent = [bare, *(each for each in self.recent if each.url != bare.url)][:MAX_RECENT]
        console = {**self._stored.console, "connections": [{"url": each.url, "name": each.name} for each in recent]}
        changed: dict[str, object] = {"broker": connection.url, "console": console}
        if connection.database:
            changed["database"] = connection.database
        self._stored = self._stored.model_copy(update=changed)
        self._write()

    def keep_layout(self, layout: bytes) -> None:
        window = {**self._stored.window, "layout": base64.b64encode(layout).decode("ascii")}
        self._stored = self._stored.model_copy(update={"window": window})
        self._write()

    def _write(self) -> None:
        if self._keep:
            folder, stored, keychain = self._settings.folder, self._stored, self._keychain
            self._save(lambda: save_settings(folder, stored, keychain=keychain)[1])
            # The password is saved in the keychain or not at all.
            bare = {name: split_password(url)[0] for name in ("broker", "database") if (url := getattr(stored, name))}
            self._stored = stored.model_copy(update=bare)
