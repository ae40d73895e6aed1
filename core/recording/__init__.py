"""A session of a console as a file: its events, so that it can be played back and looked at later."""
