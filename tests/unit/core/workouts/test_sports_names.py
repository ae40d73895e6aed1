"""Names of sports as exports, other services and other languages write them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from core.workouts.sports import default_catalogue

# SportType of Strava's API, all of it (https://developers.strava.com/docs/reference/#api-models-SportType).
STRAVA: Mapping[str, str] = {
    "AlpineSki": "Skiing",
    "BackcountrySki": "Ski touring",
    "Badminton": "Badminton",
    "Basketball": "Basketball",
    "Canoeing": "Canoeing",
    "Cricket": "Cricket",
    "Crossfit": "Circuit training",
    "Dance": "Dancing",
    "EBikeRide": "E-biking",
    "Elliptical": "Elliptical",
    "EMountainBikeRide": "E-biking",
    "Golf": "Golf",
    "GravelRide": "Cycling",
    "Handcycle": "Handcycling",
    "HighIntensityIntervalTraining": "HIIT",
    "Hike": "Hiking",
    "IceSkate": "Ice skating",
    "InlineSkate": "Inline skating",
    "Kayaking": "Kayaking",
    "Kitesurf": "Kitesurfing",
    "MountainBikeRide": "Cycling",
    "NordicSki": "Cross-country skiing",
    "Padel": "Padel",
    "Pickleball": "Pickleball",
    "Pilates": "Pilates",
    "Racquetball": "Racquetball",
    "Ride": "Cycling",
    "RockClimbing": "Climbing",
    "RollerSki": "Cross-country skiing",
    "Rowing": "Rowing",
    "Run": "Running",
    "Sail": "Sailing",
    "Skateboard": "Skateboarding",
    "Snowboard": "Snowboarding",
    "Snowshoe": "Snowshoeing",
    "Soccer": "Football",
    "Squash": "Squash",
    "StairStepper": "Stair climbing",
    "StandUpPaddling": "Stand-up paddling",
    "Surfing": "Surfing",
    "Swim": "Swimming",
    "TableTennis": "Table tennis",
    "Tennis": "Tennis",
    "TrailRun": "Running",
    "Velomobile": "Cycling",
    "VirtualRide": "Cycling",
    "VirtualRow": "Rowing",
    "VirtualRun": "Running",
    "Volleyball": "Volleyball",
    "Walk": "Walking",
    "WeightTraining": "Strength",
    "Wheelchair": "Wheelchair",
    "Windsurf": "Windsurfing",
    "Workout": "Other",
    "Yoga": "Yoga",
}
_GARMIN_RUNS = (
    "running trail_running street_running track_running treadmill_running virtual_run obstacle_run indoor_running "
    "ultra_run"
)
_GARMIN_RIDES = (
    "cycling mountain_biking road_biking cyclocross downhill_biking track_cycling recumbent_cycling bmx gravel_cycling "
    "virtual_ride enduro_mtb"
)
# The type keys of Garmin Connect's activity service that are a sport on one's own power.
GARMIN: Mapping[str, str] = {
    **dict.fromkeys(_GARMIN_RUNS.split(), "Running"),
    **dict.fromkeys(_GARMIN_RIDES.split(), "Cycling"),
    **dict.fromkeys(["walking", "casual_walking", "speed_walking"], "Walking"),
    **dict.fromkeys(["hiking", "rucking"], "Hiking"),
    **dict.fromkeys(["swimming", "lap_swimming", "open_water_swimming"], "Swimming"),
    **dict.fromkeys(["e_bike_mountain", "e_bike_fitness", "e_enduro_mtb"], "E-biking"),
    **dict.fromkeys(["hand_cycling", "indoor_hand_cycling"], "Handcycling"),
    **dict.fromkeys(["wheelchair_push_run", "wheelchair_push_walk"], "Wheelchair"),
    **dict.fromkeys(["rock_climbing", "indoor_climbing", "bouldering", "mountaineering"], "Climbing"),
    **dict.fromkeys(["stair_climbing", "floor_climbing"], "Stair climbing"),
    **dict.fromkeys(["indoor_rowing", "rowing_v2"], "Rowing"),
    **dict.fromkeys(["resort_skiing_snowboarding_ws", "resort_skiing"], "Skiing"),
    **dict.fromkeys(
        ["backcountry_skiing_snowboarding_ws", "backcountry_skiing", "backcountry_snowboarding"], "Ski touring"
    ),
    **dict.fromkeys(["skate_skiing_ws", "cross_country_skiing_ws"], "Cross-country skiing"),
    **dict.fromkeys(["kiteboarding_v2", "wind_kite_surfing"], "Kitesurfing"),
    **dict.fromkeys(["wakeboarding_v2", "wakesurfing", "waterskiing"], "Water skiing"),
    **dict.fromkeys(["diving", "single_gas_diving", "multi_gas_diving", "gauge_diving", "ccr_diving"], "Diving"),
    **dict.fromkeys(["indoor_cardio", "fitness_equipment"], "Cardio"),
    **dict.fromkeys(["other", "uncategorized"], "Other"),
    "indoor_cycling": "Stationary cycling",
    "strength_training": "Strength",
    "elliptical": "Elliptical",
    "hiit": "HIIT",
    "pilates": "Pilates",
    "yoga": "Yoga",
    "mobility": "Stretching",
    "jump_rope": "Jump rope",
    "dance": "Dancing",
    "meditation": "Meditation",
    "multi_sport": "Multisport",
    "horseback_riding": "Horse riding",
    "inline_skating": "Inline skating",
    "golf": "Golf",
    "disc_golf": "Disc golf",
    "snow_shoe_ws": "Snowshoeing",
    "skating_ws": "Ice skating",
    "resort_snowboarding": "Snowboarding",
    "cricket": "Cricket",
    "rugby": "Rugby",
    "ice_hockey": "Ice hockey",
    "field_hockey": "Field hockey",
    "lacrosse": "Lacrosse",
    "volleyball": "Volleyball",
    "ultimate_disc": "Ultimate",
    "softball": "Softball",
    "soccer": "Football",
    "american_football": "American football",
    "basketball": "Basketball",
    "baseball": "Baseball",
    "table_tennis": "Table tennis",
    "racquetball": "Racquetball",
    "squash": "Squash",
    "badminton": "Badminton",
    "pickleball": "Pickleball",
    "paddelball": "Padel",
    "tennis_v2": "Tennis",
    "kayaking_v2": "Kayaking",
    "paddling_v2": "Canoeing",
    "sailing_v2": "Sailing",
    "stand_up_paddleboarding_v2": "Stand-up paddling",
    "surfing_v2": "Surfing",
    "windsurfing_v2": "Windsurfing",
    "snorkeling": "Snorkeling",
    "boxing": "Boxing",
    "archery": "Archery",
    "mixed_martial_arts": "Martial arts",
}
# The rest of them: no sport, several in one, or moved by something else. They stay as they are given.
GARMIN_KEPT = (
    "all steps driving_general flying hunting_fishing sky_diving rc_drone hang_gliding wingsuit_flying stop_watch "
    "apnea_diving apnea_hunting pool_apnea safety assistance incident_detected auto_racing breathwork winter_sports "
    "snowmobiling_ws e_sport motorcycling_v2 motocross_v2 atv_v2 transition_v2 swimToBikeTransition_v2 "
    "bikeToRunTransition_v2 runToBikeTransition_v2 hunting para_sports team_sports racket_sports platform_tennis "
    "water_sports boating_v2 fishing_v2 offshore_grinding_v2 onshore_grinding_v2 whitewater_rafting_v2 "
    "whitewater_rafting_kayaking water_tubing overland"
)
OTHERS: Mapping[str, str] = {
    "Strength Training": "Strength",  # Hevy, Strong
    "Traditional Strength Training": "Strength",  # Apple Health
    "Functional Strength Training": "Strength",
    "HKWorkoutActivityTypeRunning": "Running",
    "HKWorkoutActivityTypeTraditionalStrengthTraining": "Strength",
    "HKWorkoutActivityTypeCrossCountrySkiing": "Cross-country skiing",
    "HKWorkoutActivityTypeHighIntensityIntervalTraining": "HIIT",
    "Outdoor Run": "Running",
    "Indoor Cycle": "Stationary cycling",
    "Pool Swim": "Swimming",
    "Long run": "Running",
    "Easy Run": "Running",
    "Run (treadmill)": "Running",
    "Rudergerät": "Rowing",
    "Joga": "Yoga",
    "Laufen": "Running",
    "LAUFBAND": "Running",
    "Straßenlauf": "Running",
    "Strassenlauf": "Running",
    "Radfahren": "Cycling",
    "Rennrad": "Cycling",
    "Indoor-Radfahren": "Stationary cycling",
    "Schwimmen": "Swimming",
    "Freiwasserschwimmen": "Swimming",
    "Gehen": "Walking",
    "Wandern": "Hiking",
    "Rudern": "Rowing",
    "Krafttraining": "Strength",
    "Radfahrt": "Cycling",
    "Virtuelle Radfahrt": "Cycling",
    "E-Bike-Fahrt": "E-biking",
    "Schwimmbadschwimmen": "Swimming",
    "Gewichtstraining": "Strength",
    "Fußball": "Football",
    "Seilspringen": "Jump rope",
    "Langlauf": "Cross-country skiing",
    "Course à pied": "Running",
    "course a pied": "Running",
    "Cyclisme": "Cycling",
    "Vélo": "Cycling",
    "VTT": "Cycling",
    "Vélo d’appartement": "Stationary cycling",
    "Natation": "Swimming",
    "Marche": "Walking",
    "Randonnée": "Hiking",
    "Aviron": "Rowing",
    "Musculation": "Strength",
    "Escalade": "Climbing",
    "Carrera": "Running",
    "Correr": "Running",
    "Ciclismo": "Cycling",
    "Bicicleta estática": "Stationary cycling",
    "Natación": "Swimming",
    "natacion": "Swimming",
    "Caminata": "Walking",
    "Senderismo": "Hiking",
    "Remo": "Rowing",
    "Musculación": "Strength",
    "Fútbol": "Football",
    "Esquí": "Skiing",
}


@pytest.mark.parametrize(("text", "name"), [*STRAVA.items(), *GARMIN.items(), *OTHERS.items()])
def test_that_the_names_of_exports_are_known(text: str, name: str) -> None:
    assert default_catalogue().canonical(text) == name


@pytest.mark.parametrize("text", GARMIN_KEPT.split())
def test_that_what_is_no_sport_of_the_catalogue_stays_as_it_is(text: str) -> None:
    assert default_catalogue().canonical(text) == text


@pytest.mark.parametrize(
    "text", ["TrailRun", "Trail_Run", "trail-run", "TRAIL RUN", "trailrun", "Trail  Run", "trailRun"]
)
def test_that_words_may_be_joined_in_any_way(text: str) -> None:
    assert default_catalogue().canonical(text) == "Running"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Runing", "Running"),
        ("runnign", "Running"),
        ("Swiming", "Swimming"),
        ("Cyling", "Cycling"),
        ("Yga", "Yoga"),
        ("Wieght Training", "Strength"),
        ("TrailRunn", "Running"),
        ("Schwimen", "Swimming"),
        ("Swimming1.500", "Swimming"),
        ("swim45:00", "Swimming"),
        ("Trail run5,2 km", "Running"),
        ("Parkour5", None),
        ("Yoga 200", "Yoga"),
        ("500Running", None),
        ("Musculacion.", None),
        ("Parkour", None),
        ("Canyoning", None),
        ("Bowling", None),
        ("Curling", None),
        ("Dodgeball", None),
        ("Wrestling", None),
        ("Trampoline", None),
        ("Rum", None),
        ("", None),
        ("!", None),
    ],
)
def test_that_a_slip_has_a_nearest_sport(text: str, name: str | None) -> None:
    near = default_catalogue().near(text)
    assert (near and near.name) == name


def test_that_an_electric_bicycle_is_not_cycling() -> None:
    """Its speeds and distances would take the cyclists' records."""
    assert default_catalogue().canonical("EBikeRide") != default_catalogue().canonical("Ride")
