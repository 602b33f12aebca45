"""Reads the project's Markdown: its pages, its links, and the commands that it shows."""

import re
import shlex
from collections.abc import Iterator
from itertools import dropwhile
from pathlib import Path

from infra.tools.paths import ROOT

PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / ".github").glob("[A-Z]*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_OPTIONAL = str.maketrans("[]", "  ")
_OPERATORS = "();<>|&\n"
_NO_COMMAND = re.compile(r"(?:^|\s)(?:# .*$|>>? \S+)", re.MULTILINE)  # Comments and redirections.


def prose(page: Path) -> str:
    """Return the page without its blocks of code."""
    return _FENCE.sub("", page.read_text())


def scripts(page: Path) -> list[str]:
    """Return the page's blocks of shell commands, and synopses with all their options."""
    found = []
    for indent, language, code in _FENCE.findall(page.read_text()):
        script = re.sub(rf"^{indent}", "", code, flags=re.MULTILINE)
        if language == "sh":
            found.append(script)
        elif not language and script.startswith("ingest "):
            found.append(script.translate(_OPTIONAL))
    return found


def examples(page: Path, language: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each block in a language."""
    text = page.read_text()
    for block in _FENCE.finditer(text):
        indent, found, code = block.groups()
        if found == language:
            line = text.count("\n", 0, block.start()) + 1
            yield line, re.sub(rf"^{indent}", "", code, flags=re.MULTILINE)


def blocks(page: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the language of each block, the last name in backticks before it, and its text."""
    text, begin = page.read_text(), 0
    for block in _FENCE.finditer(text):
        names = re.findall(r"`([^`\n]+)`", text[begin : block.start()])
        yield block[2], names[-1] if names else "", block[3]
        begin = block.end()


def commands(script: str) -> Iterator[list[str]]:
    """Yield the words of each simple command of a script."""
    joined = _NO_COMMAND.sub("", script).replace("\\\n", " ")
    lexer = shlex.shlex(joined, posix=True, punctuation_chars=_OPERATORS)
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t", True, ""
    words: list[str] = []
    for token in [*lexer, ";"]:
        if token[0] not in _OPERATORS:
            words.append(token)
        else:
            if command := _without_variables(words):
                yield command
            words = []


def _without_variables(words: list[str]) -> list[str]:
    """Return the command without the variables that are set before it."""
    return list(dropwhile(re.compile(r"\w+=|\$$").match, words))


def mentions(page: Path, program: str) -> list[list[str]]:
    """Return the words of each command of the program that the page's text names."""
    found = re.findall(rf"`({program}(?: (?!…)[^`]+)?)`", prose(page))
    return [shlex.split(text.translate(_OPTIONAL).replace("…", "")) for text in found]


def links(page: Path) -> list[str]:
    """Return the targets of the page's links and pictures."""
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the page's headings."""
    headings = _HEADING.findall(prose(page))
    return {
        re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings
    }
