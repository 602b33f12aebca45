"""Invokes a rebuild of the search index, and waits until the new index is in use."""

import time
from typing import NoReturn

from ingestion.cli.environment import Deployment
from ingestion.cli.output import ExitCode, console, exit_with_error
from ingestion.cli.terminal.progress import open_progress
from ingestion.search.pointer import PointerDamaged, PointerStore, Rebuild

# Without a commit of the new index. A step takes a few minutes at most, and Lambda repeats a failed
# run after one minute, and again after two.
WAIT_SECONDS = 600
_PAUSE_SECONDS = 1
_UNTIL = "Until then, searches find only what changes meanwhile."


def invoke_rebuild(deployment: Deployment) -> str:
    """Invoke the indexer. Return the generation of the index before, or "" if there is none.

    The command says so if the index cannot be read. It ends if the environment has no search.
    """
    function = deployment.function_names.get("indexer")
    if not function or not deployment.search_index_bucket:
        exit_with_error(f"{deployment.environment} has no search: deploy it again, then repeat")
    pointers = _pointers(deployment)
    try:
        read = pointers.read()
    except PointerDamaged:
        read = pointers.read_or_replace()
        console.print(f"The pointer of the index cannot be read: the rebuild replaces it. {_UNTIL}")
    deployment.client("lambda").invoke(
        FunctionName=function, InvocationType="Event", Payload=b'{"rebuild": true}'
    )
    return read.pointer.generation if read.etag else ""


def wait_for_rebuild(
    deployment: Deployment, before: str, wait_seconds: float = WAIT_SECONDS
) -> int:
    """Wait for a complete index of another generation, and return the number of its entities.

    The command ends if the rebuild ends without one, or has no commit for `wait_seconds`.
    """
    pointers, last = _pointers(deployment), time.monotonic()
    seen: Rebuild | None = None
    with open_progress() as progress:
        task = progress.add_task("entities are in the new index")
        while True:
            pointer = pointers.read_or_replace().pointer
            if pointer.is_complete and pointer.generation != before and not pointer.rebuild:
                return pointer.entity_count
            if seen and not pointer.rebuild:
                _fail(deployment, "ended without a new index")
            if pointer.rebuild and pointer.rebuild.progressed_at != (seen and seen.progressed_at):
                seen, last = pointer.rebuild, time.monotonic()
                progress.update(task, completed=seen.entity_count)
            if time.monotonic() - last > wait_seconds:
                _fail(deployment, "makes no progress")
            time.sleep(_PAUSE_SECONDS)


def _fail(deployment: Deployment, what: str) -> NoReturn:
    see = deployment.command("logs", "--function", "indexer")
    exit_with_error(f"the rebuild {what}: see `{see}`", ExitCode.UNREACHABLE)


def _pointers(deployment: Deployment) -> PointerStore:
    return PointerStore(deployment.client("s3"), deployment.search_index_bucket)
