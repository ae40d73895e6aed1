"""Names of months and weekdays as people type them and as exports write them: English, German, French, Spanish."""

from __future__ import annotations

from collections.abc import Mapping

from core.parsing.text import folded

_MONTHS = (
    "jan january januar janner janv janvier ene enero",
    "feb february februar feber fev fevr fevrier febrero",
    "mar march marz mrz maerz mars marzo",
    "apr april avr avril abr abril",
    "may mai mayo",
    "jun june juni juin junio",
    "jul july juli juil juillet julio",
    "aug august aout ago agosto",
    "sep sept september septembre septiembre set setiembre",
    "oct october okt oktober octobre octubre",
    "nov november novembre noviembre",
    "dec december dez dezember decembre dic diciembre",
)
_WEEKDAYS = (
    "mon monday mo montag lun lundi lunes",
    "tue tues tuesday di dienstag mar mardi martes",
    "wed weds wednesday mi mittwoch mer mercredi mie miercoles",
    "thu thur thurs thursday do donnerstag jeu jeudi jue jueves",
    "fri friday fr freitag ven vendredi vie viernes",
    "sat saturday sa samstag sonnabend sam samedi sab sabado",
    "sun sunday so sonntag dim dimanche dom domingo",
)
# Not from `calendar`, whose names depend on the locale.
MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def name_of(word: str) -> str:
    """In the form of the tables: lower case, without accents and the full stop of an abbreviation (`Févr.` is
    `fevr`)."""
    return folded(word).rstrip(".")


def _by_name(rows: tuple[str, ...], first: int) -> Mapping[str, int]:
    return {name: number for number, names in enumerate(rows, first) for name in names.split()}


MONTHS = _by_name(_MONTHS, 1)
WEEKDAYS = _by_name(_WEEKDAYS, 0)  # Monday is 0
