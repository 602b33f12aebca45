"""The page that lets the platform read a file again, as `ingest files retry` does."""

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response

from ingestion.cli.console.outdated import with_valid_catalog
from ingestion.cli.console.pages import page
from ingestion.cli.console.runtime import Runtime, runtime_of
from ingestion.cli.console.urls import upload_url
from ingestion.cli.console.work import DEAD_LETTER_WORK, Progress
from ingestion.cli.console.work_pages import start_work
from ingestion.cli.environment import Deployment
from ingestion.cli.files.chosen_uploads import require_upload
from ingestion.cli.files.found_uploads import FoundUpload
from ingestion.cli.files.retry import RETRIED_STATES, Retry
from ingestion.cli.files.upload_status import StatusReader
from ingestion.cli.output import CommandFailed


def show_retry(request: Request) -> Response:
    """Show what a retry would do, or why it is refused."""
    runtime, upload_id = runtime_of(request), request.path_params["id"]
    retry, is_forced = _retry_of(runtime, upload_id), _is_forced(request)
    refusal = plan = ""
    try:
        retry.check(is_forced=is_forced)
        plan = retry.plan
    except CommandFailed as refused:
        refusal = str(refused)
    may_be_forced = refusal and not is_forced and retry.status.state not in RETRIED_STATES
    return page(
        request,
        "files/retry.html",
        title="Read the file again",
        status=422 if refusal else 200,
        command=["files", "retry", upload_id, *(["--force"] if is_forced else [])],
        refusal=refusal,
        plan=plan,
        key=retry.status.upload.key,
        state=retry.status.state,
        force_url=upload_url(upload_id, "retry", force=1) if may_be_forced else None,
        back_url=upload_url(upload_id),
    )


def start_retry(request: Request) -> Response:
    """Start a retry. The same rules hold as for the command.

    Raises CommandFailed without work if there is no such upload.
    """
    runtime, upload_id = runtime_of(request), request.path_params["id"]
    is_forced = _is_forced(request)
    _require(runtime, upload_id)

    def act(_: Progress) -> Iterator[str]:
        retry = _retry_of(runtime, upload_id)
        retry.check(is_forced=is_forced)
        with runtime.dead_letters.changing(runtime.deployment):  # It drops the failed calls.
            retry.start()
        yield f"{retry.status.upload.key} is being read again."

    back = upload_url(upload_id)
    return start_work(request, "Read the file again", act, back, series=DEAD_LETTER_WORK)


def _retry_of(runtime: Runtime, upload_id: str) -> Retry:
    deployment, found = _require(runtime, upload_id)
    reader = StatusReader(deployment, read_dead_letters=runtime.dead_letters.read_queues)
    return Retry(deployment, reader.bucket, reader.read_status(found))


def _require(runtime: Runtime, upload_id: str) -> tuple[Deployment, FoundUpload]:
    deployment, _ = with_valid_catalog(runtime.deployment)
    return deployment, require_upload(deployment, upload_id)


def _is_forced(request: Request) -> bool:
    return request.query_params.get("force") == "1"
