"""Shows an expected error as a page with one sentence, and with the status that fits."""

from collections.abc import Callable, Mapping
from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.console.pages import fragment, page
from ingestion.cli.output import CommandFailed, ExitCode
from ingestion.cli.start.failures import DENIED, EXPECTED, describe_failure

UNEXPECTED = "the console failed: the terminal of `ingest console` shows why"
_STATUSES = {ExitCode.NOT_FOUND: 404, ExitCode.UNREACHABLE: 502, ExitCode.NOT_PUBLISHED: 502}


def sentence_of(error: BaseException) -> str:
    """Return why something failed, for the operator."""
    if isinstance(error, typer.BadParameter):
        return error.message
    if isinstance(error, EXPECTED):
        return describe_failure(error)
    return UNEXPECTED


def _status_of(error: Exception) -> int:
    if isinstance(error, CommandFailed):
        return _STATUSES.get(error.exit_code, 422)
    if isinstance(error, ClientError):
        return 403 if error.response["Error"]["Code"] in DENIED else 502
    return 502 if isinstance(error, BotoCoreError) else 422


def _show(request: Request, error: Exception) -> Response:
    return _failure_page(request, _status_of(error), sentence_of(error))


def _show_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentences = {
        404: "There is no such page.",
        405: "This address does not accept this kind of request.",
    }
    detail = error.detail if isinstance(error, HTTPException) else ""
    return _failure_page(request, status, sentences.get(status, detail))


def _show_unexpected(request: Request, _: Exception) -> Response:
    return _failure_page(request, 500, UNEXPECTED)


def _failure_page(request: Request, status: int, sentence: str) -> Response:
    """Return a page, or only the sentence if htmx puts it in the place of a part of a page."""
    if "HX-Request" in request.headers:
        return fragment(request, "failed_part.html", status=status, sentence=sentence)
    title = "Not found" if status == 404 else "This did not work"
    return page(request, "failure.html", title=title, status=status, sentence=sentence)


HANDLERS: Mapping[Any, Callable[[Request, Exception], Response]] = {
    **dict.fromkeys((*EXPECTED, typer.BadParameter), _show),
    HTTPException: _show_http,
    Exception: _show_unexpected,
}
