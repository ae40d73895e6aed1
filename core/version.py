"""Which version this is: the one in pyproject.toml, as a test holds, without asking for the installed package."""

VERSION = "0.1.0"
