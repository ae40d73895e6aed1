"""Playing a recording through the screens of the console, which then only looks."""
