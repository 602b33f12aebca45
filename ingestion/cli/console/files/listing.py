"""The page that lists uploads, as `ingest files list` does."""

from itertools import dropwhile, islice
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.console.pages import page, url_of
from ingestion.cli.console.parameters import choice, text
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.words import option_words
from ingestion.cli.files.chosen_uploads import wanted_uploads
from ingestion.cli.files.found_uploads import FoundUpload
from ingestion.cli.files.status_output import describe_upload
from ingestion.cli.files.upload_status import State, StatusReader
from ingestion.cli.options import parse_moment
from ingestion.cli.output import ExitCode, exit_with_error
from ingestion.files.upload import NO_SOURCE

PAGE_SIZE = 25
STATES: tuple[State, ...] = get_args(State)
NUMBERS = ("rows", "rejected", "ignored", "events")
COLUMNS = ("file", "state", *NUMBERS, "uploaded at", "source")

Json = dict[str, Any]


def list_uploads(request: Request) -> Response:
    """Show a page of uploads with their state, the newest first."""
    runtime = runtime_of(request)
    deployment = runtime.deployment
    source, since, after = (text(request, name) for name in ("source", "since", "after"))
    state: Any = choice(request, "state", ["", *STATES], "") or None
    wanted = wanted_uploads(deployment, source, parse_moment(since) if since else None)
    reader = StatusReader(deployment, read_dead_letters=runtime.dead_letters.read)
    matching = reader.read_matching(_after(wanted, after), state)
    found = list(islice(matching, PAGE_SIZE + 1))
    shown, is_last = found[:PAGE_SIZE], len(found) <= PAGE_SIZE
    last = None if is_last else shown[-1].found.keys.upload_id
    given = {"source": source, "state": state, "since": since}
    return page(
        request,
        "files/list.html",
        title="Files",
        command=["files", "list", *option_words(given)],
        columns=COLUMNS,
        numbers=NUMBERS,
        rows=[_row(describe_upload(each)) for each in shown],
        is_filtered=any(given.values()),
        states=STATES,
        sources=list(dict.fromkeys([*deployment.catalog.sources, NO_SOURCE])),
        first_url=url_of("/files", **given) if after else None,
        next_url=url_of("/files", **given, after=last) if last else None,
        **given,
    )


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
    url, name = f"/files/{line['upload_id']}", line["name"] or line["key"]
    return line | {"url": url, "name": name}
