"""Tests, and under `support` what they are built with."""

import pytest

# Its assertions say what they compared, as those of tests do.
pytest.register_assert_rewrite("tests.support")
