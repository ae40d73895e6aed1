"""Tables as other programs export them; the values are made up, the forms are those of real files."""

from __future__ import annotations

import io
import json
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.files.options import ReadingOptions
from core.files.rows import Row, read_rows

NOW_MS = 1_765_360_800_000


def rows_of(text: str, said: list[str] | None = None, **options: Any) -> list[Row]:
    told: list[str] = [] if said is None else said
    return list(read_rows(io.BytesIO(text.encode()), "-", ReadingOptions(**options), now_ms=NOW_MS, say=told.append))


def body_of(text: str, said: list[str] | None = None) -> dict[str, Any]:
    (row,) = rows_of(text, said, zone=UTC)
    assert row.message is not None, row.problem
    body: dict[str, Any] = json.loads(row.message.body)
    return body


GARMIN = {
    "en": "Activity Type,Date,Title,Distance,Time,Avg HR,Max HR,Total Ascent\nTrail Running,{}",
    "de": "Aktivitätstyp,Datum,Titel,Distanz,Zeit,Ø Herzfrequenz,Maximale Herzfrequenz,Anstieg gesamt\nLaufen,{}",
    "fr": "Type d'activité,Date,Titre,Distance,Durée,Fréquence cardiaque moyenne,Fréquence cardiaque maximale,"
    "Ascension totale\nCourse à pied,{}",
    "es": "Tipo de actividad,Fecha,Título,Distancia,Tiempo,Frecuencia cardiaca media,FC máxima,"
    "Ascenso total\nCarrera,{}",
    "pt": "Tipo de atividade,Data,Título,Distância,Tempo,FC Média,FC máxima,Subida total\nCorrida,{}",
    "da": "Aktivitetstype,Dato,Titel,Distance,Tid,Gennemsnitlig puls,Maks. puls,Højdeforøgelse\nLøb,{}",
    "pl": "Typ aktywności,Data,Tytuł,Dystans,Czas,Średnie tętno,Maksymalne tętno,Całkowity wznios\nBieganie,{}",
    "hu": "Tevékenység típusa,Dátum,Cím,Távolság,Idő,Átlagos pulzusszám,Max. pulzus,Teljes emelkedés\nFutás,{}",
}


@pytest.mark.parametrize("language", GARMIN)
def test_that_an_export_of_garmin_connect_is_read_in_its_language(language: str) -> None:
    text = GARMIN[language].format('2025-12-07 18:05:09,Dawn,"10.50",00:52:30,"--",0,"1,024"\n')
    (row,) = rows_of(text, zone=ZoneInfo("Europe/Berlin"))
    assert row.workout is not None, row.problem
    assert row.workout.sport == "Running"
    assert row.workout.started_at.isoformat() == "2025-12-07T18:05:09+01:00"
    assert (row.workout.title, row.workout.duration_min, row.workout.distance_km) == ("Dawn", 52.5, 10.5)
    assert (row.workout.elevation_gain_m, row.workout.avg_heart_rate_bpm) == (1024, None)


def test_that_a_swim_of_garmin_connect_is_in_metres() -> None:
    text = 'Activity Type,Date,Title,Distance,Time,\nPool Swim,2025-12-07 18:05:09,Pool,"1,200",00:43:20,spare\n'
    body = body_of(text)
    assert (body["distance"], body["duration"]) == (1.2, pytest.approx(43 + 1 / 3))


DISTANCES = "Elapsed Time,Distance,Moving Time,Distance"
STRAVA = {
    "en": f'Activity Date,Activity Name,Activity Type,{DISTANCES},{{}}\n"May 7, 2025, 6:13:09\u202fPM"',
    "de": "Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Verstrichene Zeit,Distanz,Bewegungszeit,"
    'Distanz,{}\n"07.05.2025, 18:13:09"',
    "es": "Fecha de la actividad,Nombre de la actividad,Tipo de actividad,Tiempo transcurrido,Distancia,"
    'Tiempo en movimiento,Distancia,{}\n"7 may 2025, 18:13:09"',
    "pt": "Data da atividade,Nome da atividade,Tipo de atividade,Tempo decorrido,Distância,Tempo de movimentação,"
    'Distância,{}\n"7 de mai. de 2025, 18:13:09"',
}


@pytest.mark.parametrize("language", STRAVA)
def test_that_an_export_of_strava_is_read_in_its_language(language: str) -> None:
    text = STRAVA[language].format("Average Heart Rate,Average Cadence") + ",Dawn,Run,3000,10.5,2700.0,10500.5,3.1,86\n"
    (row,) = rows_of(text, system_zone=ZoneInfo("Europe/Berlin"))
    assert row.workout is not None, row.problem
    assert row.workout.started_at.isoformat() == "2025-05-07T20:13:09+02:00"
    assert (row.workout.title, row.workout.duration_min, row.workout.distance_km) == ("Dawn", 45, 10.5005)
    if language == "en":
        assert (row.workout.cadence_rpm, row.workout.avg_heart_rate_bpm) == (172, None)
        assert row.note.startswith("avgHeartRate: 3.1 was left out")


def test_that_strong_says_what_is_no_set() -> None:
    text = (
        "Workout #;Date;Workout Name;Duration (sec);Exercise Name;Set Order;"
        "Weight (kg);Reps;Seconds;Notes;Workout Notes\n"
        "39;2025-12-07 18:00:00;Legs;2700;Squat;W;40;8;;;heavy day\n"
        "39;2025-12-07 18:00:00;Legs;2700;Squat;Note;0;0;;knees out;heavy day\n"
        "39;2025-12-07 18:00:00;Legs;2700;Squat;Rest Timer;0;0;90;;heavy day\n"
    )
    said: list[str] = []
    body = body_of(text, said)
    assert (body["type"], body["duration"], body["title"]) == ("Strength", 45, "Legs")
    assert body["notes"] == "heavy day\nSquat: knees out"
    assert body["sets"] == [{"exercise": "Squat", "weight": 40, "reps": 8, "kind": "warm-up"}]
    assert "(exercise, reps, weight in kg, seconds in s, note, kind)" in said[0]


def test_that_strong_is_read_in_french() -> None:
    text = (
        "Date,Nom de l'entraînement,Durée,Nom de l'exercice,Ordre de la série,Poids,Réps,Distance,Secondes,Notes\n"
        '2025-12-07 18:00:00,"Jambes",35min,"Squat",1,60.5,8,0,0,""\n'
    )
    body = body_of(text)
    assert (body["title"], body["duration"]) == ("Jambes", 35)
    assert body["sets"] == [{"exercise": "Squat", "weight": 60.5, "reps": 8}]


def test_that_hevy_says_warm_ups_and_supersets() -> None:
    text = (
        "title,start_time,end_time,description,exercise_title,superset_id,exercise_notes,set_index,set_type,weight_kg,reps\n"
        '"Legs","May 7, 2025, 6:13 AM","May 7, 2025, 7:46 AM","","Squat",1,"deep",0,"warmup",20,4\n'
    )
    body = body_of(text)
    assert (body["timestamp"], body["duration"]) == ("2025-05-07T06:13:00+00:00", 93)
    assert body["sets"] == [
        {"exercise": "Squat", "reps": 4, "weight": 20, "note": "deep", "superset": "1", "kind": "warm-up"}
    ]
