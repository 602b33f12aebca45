"""Reads the parameters of a page from its URL."""

from collections.abc import Collection

import typer
from starlette.requests import Request

_MAX_NUMBER = 1_000_000


def text(request: Request, name: str) -> str | None:
    """Return a parameter without spaces around it; None if it is empty or missing."""
    return request.query_params.get(name, "").strip() or None


def number(request: Request, name: str, default: int = 1, least: int = 1) -> int:
    """Return a whole number. Raises typer.BadParameter for anything else."""
    given = text(request, name)
    if given is None:
        return default
    return whole_number(name, given, least, _MAX_NUMBER)


def whole_number(name: str, given: str, least: int, most: int) -> int:
    """Return a text as a whole number within bounds. Raises typer.BadParameter."""
    is_short = len(given) <= len(str(most))  # Python refuses to read thousands of digits.
    if is_short and given.isascii() and given.isdigit() and least <= int(given) <= most:
        return int(given)
    raise typer.BadParameter(f"{name} must be a whole number from {least} to {most}")


def choice(request: Request, name: str, known: Collection[str], default: str) -> str:
    """Return one of the known values. Raises typer.BadParameter for any other."""
    given = text(request, name) or default
    if given not in known:
        raise typer.BadParameter(f"{name} must be one of: {', '.join(known)}")
    return given


def shows_personal(request: Request) -> bool:
    """Return whether the page shows personal data, as with --show-personal.

    Only a page that calls this offers to show or to hide it.
    """
    request.state.may_show_personal = True
    return request.query_params.get("personal") == "1"


def personal_parameter(request: Request) -> int | None:
    """Return the parameter of a link to a page that shows personal data if this page does."""
    return 1 if shows_personal(request) else None
