"""The picture of the README shows what a terminal shows."""

import xml.etree.ElementTree as ElementTree

from tests.recording.first_minute import record
from tests.recording.picture import as_svg
from tests.support.terminal.screen import Screen


def words_of(picture: str) -> str:
    """Return the visible text of an SVG, with plain blanks."""
    return " ".join(ElementTree.fromstring(picture).itertext()).replace("\xa0", " ")


def test_a_picture_shows_the_command_and_what_it_printed() -> None:
    screen = Screen(80)

    record(("printf \\033[31mred\\033[0m",), screen)
    picture = as_svg(screen.screen, len(screen.lines), "A title")

    assert screen.lines == ["$ printf \\033[31mred\\033[0m", "red"]
    assert "printf" in words_of(picture)
    assert "red" in words_of(picture)
    assert "A title" in words_of(picture)


def test_a_picture_loads_nothing_from_other_sites() -> None:
    screen = Screen(80)

    record(("echo hello",), screen)
    picture = as_svg(screen.screen, len(screen.lines), "A title")

    assert "url(http" not in picture
    assert "@font-face" not in picture
