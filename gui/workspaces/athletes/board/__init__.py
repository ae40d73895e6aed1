"""The leaderboard of a week, a month, a year or all time."""
