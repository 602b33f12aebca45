"""Draws a terminal's screen as an SVG."""

import io
import re
from itertools import groupby

import pyte
from pyte.screens import Char
from rich.console import Console
from rich.style import Style
from rich.text import Text

# A page that shows the picture must not load fonts from another site.
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_RICH_NAMES = {"default": None, "brown": "yellow"}


def as_svg(screen: pyte.Screen, height: int, title: str) -> str:
    """Return the first lines of a screen as an SVG, with their colours."""
    text = Text()
    for line in range(height):
        characters = [screen.buffer[line][column] for column in range(screen.columns)]
        for style, run in groupby(characters, _style):
            text.append("".join(character.data for character in run), style)
        text.append("\n")
    console = Console(record=True, width=screen.columns, file=io.StringIO(), force_terminal=True)
    console.print(text, end="")
    return _FONTS.sub("", console.export_svg(title=title, unique_id="terminal"))


def _style(character: Char) -> Style:
    colour = _RICH_NAMES.get(character.fg, character.fg)
    if colour and re.fullmatch("[0-9a-f]{6}", colour):
        colour = f"#{colour}"
    elif colour:
        colour = colour.replace("bright", "bright_")
    return Style(color=colour, bold=character.bold, italic=character.italics)
