"""The form in which a workout is entered."""
