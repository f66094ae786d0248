"""What collecting leaves of our own scripts and sheets."""

import doctest

from secondring.config import static


def test_what_a_browser_needs_of_a_script_and_of_a_sheet_is_left() -> None:
    assert doctest.testmod(static).failed == 0
