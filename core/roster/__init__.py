"""The roster grid: a session of many athletes as rows of texts, with what is to be said of each. Pure."""
