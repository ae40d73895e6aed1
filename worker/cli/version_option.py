"""The option that every program has. Loads nothing else, since the console starts with it."""

from __future__ import annotations

from typing import Annotated

import typer

from core.version import VERSION


def _show_version(context: typer.Context, wanted: bool) -> None:
    if wanted:
        typer.echo(f"{context.info_name} {VERSION}")
        raise typer.Exit


VERSION_OPTION = Annotated[
    bool, typer.Option("--version", callback=_show_version, is_eager=True, help="show the version and end")
]
