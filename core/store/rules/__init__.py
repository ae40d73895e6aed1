"""The achievement rules in force: following them, changing them, and computing again what everyone has earned."""
