"""`make tour`: the guided tour as a film and stills for the documentation, made from the real program."""
