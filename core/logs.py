"""Structured logs: one rotating file a program, and stderr. Passwords are redacted in both."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from importlib import import_module
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from typing_extensions import override

if TYPE_CHECKING:
    from structlog.stdlib import BoundLogger
    from structlog.typing import Processor

MAX_FILE_BYTES = 5_000_000
KEPT_FILES = 3

_WHOLE_URL = re.compile(r"^(?P<head>[^:/?#]+://[^:@/?#]*):(?P<secret>.*)@", re.DOTALL)
_URL_IN_TEXT = re.compile(r"(?P<head>[a-zA-Z][a-zA-Z0-9+.\-]*://[^\s:@/?#]*):(?P<secret>\S*)@")
_QUERY_SECRET = re.compile(r"(?P<head>[?&](?:password|passwd|pwd|secret|token)=)[^&\s'\"]*", re.IGNORECASE)
_RESERVED = (frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}) - {"exc_info", "stack_info"}


def redact_url(url: str) -> str:
    """The URL with `***` for the password. Works on a malformed URL too."""
    return _QUERY_SECRET.sub(r"\g<head>***", _WHOLE_URL.sub(r"\g<head>:***@", url))


def redact_text(text: str) -> str:
    """Any text, with the passwords of the URLs in it redacted."""
    return _QUERY_SECRET.sub(r"\g<head>***", _URL_IN_TEXT.sub(r"\g<head>:***@", text))


def _keep_off_reserved_names(
    _logger: object, _method: str, event_dict: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    # `logging` refuses extra fields with the names of its record attributes.
    return {(f"{key}_" if key in _RESERVED else key): value for key, value in event_dict.items()}


def get_log(name: str) -> BoundLogger:
    """A structured logger over the standard one of that name: usable before, or without, `set_up_logs`."""
    return cast("BoundLogger", _LazyLog(name))


class _LazyLog:
    """Creates the logger with its first record: loading structlog takes longer than drawing the window."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._log: BoundLogger | None = None

    def __getattr__(self, attribute: str) -> Any:
        if self._log is None:
            self._log = _bound_logger(self._name)
        return getattr(self._log, attribute)


def _bound_logger(name: str) -> BoundLogger:
    import structlog

    log: BoundLogger = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[
            structlog.stdlib.filter_by_level,
            _keep_off_reserved_names,
            structlog.stdlib.render_to_log_kwargs,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return log


class _RedactingFormatter(logging.Formatter):
    """Redacts the finished line, so that libraries' messages and tracebacks are covered as well."""

    def __init__(self, renderer: Callable[[], Processor]) -> None:
        super().__init__()
        self._renderer = renderer
        self._formatter: logging.Formatter | None = None

    @override
    def format(self, record: logging.LogRecord) -> str:
        if self._formatter is None:
            self._formatter = _structured(self._renderer())
        return redact_text(self._formatter.format(record))


def load_formatting() -> None:
    """Load now what the first record would load, in the caller's thread."""
    import_module("structlog")


def _key_values() -> Processor:
    import structlog

    return structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])


def _json_lines() -> Processor:
    import structlog

    return structlog.processors.JSONRenderer(default=str)


def _structured(renderer: Processor) -> logging.Formatter:
    import structlog

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            renderer,
        ],
    )


@dataclass(frozen=True)
class LogSetup:
    """What `set_up_logs` installed; `close()` removes it."""

    file: Path | None
    problem: str
    handlers: tuple[logging.Handler, ...]

    def close(self) -> None:
        for handler in self.handlers:
            logging.getLogger().removeHandler(handler)
            handler.close()


def set_up_logs(program: str, *, folder: Path | None, stderr: TextIO | None) -> LogSetup:
    """Send records of INFO and above to `folder/program.log` (JSON lines) and to `stderr` (key=value).

    If the folder is not writable, there is no file but the program runs: `problem` says so.
    """
    handlers: list[logging.Handler] = []
    file: Path | None = None
    problem = ""
    if stderr is not None:
        stream = logging.StreamHandler(stderr)
        stream.setFormatter(_RedactingFormatter(_key_values))
        handlers.append(stream)
    if folder is not None:
        path = folder / f"{_file_name(program)}.log"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            to_file = RotatingFileHandler(path, maxBytes=MAX_FILE_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
        except OSError as error:
            problem = f"No log file: {path} cannot be written ({error.strerror})."
        else:
            to_file.setFormatter(_RedactingFormatter(_json_lines))
            handlers.append(to_file)
            file = path
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    # pika logs each failed try at ERROR with a traceback; our adapter turns it into one sentence.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    for handler in handlers:
        root.addHandler(handler)
    return LogSetup(file, problem, tuple(handlers))


def _file_name(program: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.\-]", "_", program)[:80].strip(".") or "paceline"
