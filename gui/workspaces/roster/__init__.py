"""The roster grid: many athletes at once, each row checked as it is typed and followed after it is sent."""
