"""The page that lists uploads, as `ingest files list` does."""

import math
import time
from collections.abc import Iterator
from itertools import dropwhile
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.console.outdated import with_valid_catalog
from ingestion.cli.console.pages import page
from ingestion.cli.console.parameters import choice, text
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.urls import FILES, url_of
from ingestion.cli.console.words import option_words
from ingestion.cli.files.chosen_uploads import wanted_uploads
from ingestion.cli.files.found_uploads import FoundUpload
from ingestion.cli.files.status_output import describe_upload
from ingestion.cli.files.upload_status import State, StatusReader, UploadStatus
from ingestion.cli.options import parse_moment
from ingestion.cli.output import ExitCode, exit_with_error
from ingestion.files.upload import NO_SOURCE

PAGE_SIZE = 25
WITH_REJECTED = "with rejected rows"
FILTER_SECONDS = 1.0
STATES: tuple[State, ...] = get_args(State)
NUMBERS = ("rows", "rejected", "ignored", "events")
COLUMNS = ("file", "state", *NUMBERS, "uploaded at", "source")

Json = dict[str, Any]


def list_uploads(request: Request) -> Response:
    """Show a page of uploads with their state, the newest first."""
    runtime = runtime_of(request)
    deployment, fault = with_valid_catalog(runtime.deployment)
    source, since, after = (text(request, name) for name in ("source", "since", "after"))
    state = choice(request, "state", ["", *STATES, WITH_REJECTED], "") or None
    wanted = wanted_uploads(deployment, source, parse_moment(since) if since else None)
    reader = StatusReader(deployment, read_dead_letters=runtime.dead_letters.read_queues)
    statuses = reader.read_statuses(_after(wanted, after))
    shown, last = _read_page(statuses, state)
    given: Json = {"source": source, "state": state, "since": since}
    return page(
        request,
        "files/list.html",
        title="Files",
        command=["files", "list", *_words(source, state, since)],
        columns=COLUMNS,
        numbers=NUMBERS,
        rows=[_row(describe_upload(each)) for each in shown],
        catalog_fault=fault,
        is_filtered=any(given.values()),
        states=[*STATES, WITH_REJECTED],
        sources=list(dict.fromkeys([*deployment.catalog.sources, NO_SOURCE])),
        empty=_empty(last, is_filtered=any(given.values())),
        first_url=url_of(FILES, **given) if after else None,
        next_url=url_of(FILES, **given, after=last) if last else None,
        **given,
    )


def _read_page(
    statuses: Iterator[UploadStatus], state: Any
) -> tuple[list[UploadStatus], str | None]:
    """Return the uploads of a page, and the id after which the next page begins, if there is one.

    A read of one state ends after a second: few uploads may match.
    """
    shown: list[UploadStatus] = []
    last = None
    deadline = time.monotonic() + FILTER_SECONDS if state else math.inf
    for status in statuses:
        if _matches(status, state):
            if len(shown) == PAGE_SIZE:
                return shown, last
            shown.append(status)
        last = status.found.keys.upload_id
        if time.monotonic() > deadline:
            return shown, last
    return shown, None


def _matches(status: UploadStatus, state: Any) -> bool:
    if state == WITH_REJECTED:
        return status.matches(None, has_rejected=True)
    return status.matches(state)


def _words(source: str | None, state: str | None, since: str | None) -> list[str]:
    """Return the options of the command that lists the same."""
    has_rejected = state == WITH_REJECTED
    given = {"source": source, "state": None if has_rejected else state, "since": since}
    return [*option_words(given), *(["--with-rejected"] if has_rejected else [])]


def _empty(next_after: str | None, *, is_filtered: bool) -> str:
    if next_after:
        return "No match so far. Choose Next to read more."
    return "No upload matches." if is_filtered else "No upload is stored."


def _after(uploads: list[FoundUpload], upload_id: str | None) -> list[FoundUpload]:
    """Return the uploads that follow this one; all without one."""
    if upload_id is None:
        return uploads
    rest = list(dropwhile(lambda each: each.keys.upload_id != upload_id, uploads))
    if not rest:
        exit_with_error(
            "the upload after which this page begins is gone: open the first page",
            ExitCode.NOT_FOUND,
        )
    return rest[1:]


def _row(line: Json) -> Json:
    return line | {"name": line["name"] or line["key"]}
