"""What the athletes' screens show, worked out from workouts: periods, trend, records, ranking, badges. Pure."""
