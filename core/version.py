"""The version, equal to the one in pyproject.toml (held by a test), without reading the installed package."""

VERSION = "0.2.0"
