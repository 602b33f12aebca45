"""Asks before something is done that costs, or cannot be undone."""

import sys

from infra.tools.errors import SetupError
from infra.tools.run import talk


def require_somebody_to_ask(yes: bool) -> None:
    """Raise SetupError where nobody could answer, and nothing says that it may be done unasked."""
    if not yes and not sys.stdin.isatty():
        raise SetupError(
            "There is no terminal to ask at, so nothing was done: run it in one, or say YES=1"
            " (--yes) if it may be done unasked."
        )


def ask(question: str, *, yes: bool) -> None:
    """Ask, unless `yes`. Raises SetupError for any answer but 'yes'."""
    if yes:
        return
    talk.print(f"{question} Only 'yes' is taken for an answer: ", end="", markup=False)
    if sys.stdin.readline().strip() != "yes":
        raise SetupError("That was no 'yes': nothing was done.")
