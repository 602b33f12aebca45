"""Asks for what a draft cannot know, on a terminal only."""

import sys
from collections.abc import Callable, Sequence

import typer

from ingestion.cli.output import console
from ingestion.cli.sources.new.bad_draft import BadDraft

MAX_CHOICES = 9
_MAX_COLUMN = 50  # Characters. The note of a longer expression is not below the others.


class Questions:
    """Asks on stderr. `is_asked` is False with --yes and without a terminal."""

    def __init__(self, *, yes: bool) -> None:
        self.is_asked = not yes and sys.stdin.isatty()

    def choose(
        self,
        question: str,
        choices: Sequence[tuple[str, str]],
        check: Callable[[str], object],
        *,
        has_guess: bool = True,
    ) -> str:
        """Return an expression: the number of a choice, or typed. Enter takes the first choice.

        Each choice is an expression and a note. `check` raises BadDraft for what is not possible.
        Without a guess, Enter takes nothing.
        """
        shown = choices[:MAX_CHOICES]
        _print_question(question, shown)

        def read(text: str) -> str:
            is_number = text.isdecimal() and 1 <= int(text) <= len(shown)
            chosen = shown[int(text) - 1][0] if is_number else text
            try:
                check(chosen)
            except BadDraft as error:
                raise typer.BadParameter(str(error)) from error
            return chosen

        guess = shown[0][0] if shown and has_guess else None
        label = "Number or expression" if shown else "Expression"
        chosen: str = typer.prompt(label, default=guess, value_proc=read, err=True)
        return chosen


def _print_question(question: str, choices: Sequence[tuple[str, str]]) -> None:
    console.print(question)
    lengths = (len(expression) for expression, _ in choices)
    width = max((each for each in lengths if each <= _MAX_COLUMN), default=0)
    for number, (expression, note) in enumerate(choices, 1):
        text = f"  {number}  {expression:{width}}  "
        room = max(console.width - len(text), 0)
        console.print(f"{text}{note[:room]}".rstrip())
