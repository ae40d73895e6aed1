"""The weekly leaderboard."""
