"""Names of months and weekdays as people type them and as exports write them: English, German,
French, Spanish, Portuguese."""

from __future__ import annotations

from collections.abc import Mapping

from core.parsing.text import folded

_MONTHS = (
    "jan january januar janner janv janvier ene enero janeiro",
    "feb february februar feber fev fevr fevrier febrero fevereiro",
    "mar march marz mrz maerz mars marzo marco",
    "apr april avr avril abr abril",
    "may mai mayo maio",
    "jun june juni juin junio junho",
    "jul july juli juil juillet julio julho",
    "aug august aout ago agosto",
    "sep sept september septembre septiembre set setiembre setembro",
    "oct october okt oktober octobre octubre out outubro",
    "nov november novembre noviembre novembro",
    "dec december dez dezember decembre dic diciembre dezembro",
)
_WEEKDAYS = (
    "mon monday mo montag lun lundi lunes seg segunda segunda-feira",
    "tue tues tuesday di dienstag mar mardi martes ter terca terca-feira",
    "wed weds wednesday mi mittwoch mer mercredi mie miercoles qua quarta quarta-feira",
    "thu thur thurs thursday do donnerstag jeu jeudi jue jueves qui quinta quinta-feira",
    "fri friday fr freitag ven vendredi vie viernes sex sexta sexta-feira",
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
