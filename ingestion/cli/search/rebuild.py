"""Starts a rebuild of the search index, and waits until the new index is in use."""

import time

from ingestion.cli.environment import Deployment
from ingestion.cli.output import ExitCode, exit_with_error
from ingestion.cli.terminal.progress import open_progress
from ingestion.search.pointer import PointerStore

WAIT_SECONDS = 180  # Without progress. One run of the indexer takes two minutes at most.
_PAUSE_SECONDS = 1


def start_rebuild(deployment: Deployment) -> str:
    """Invoke the indexer, and return the generation of the index before.

    The command ends if the environment has no search.
    """
    function = deployment.function_names.get("indexer")
    if not function or not deployment.search_index_bucket:
        exit_with_error(f"{deployment.environment} has no search: deploy it again, then repeat")
    before = _pointers(deployment).read().pointer.generation
    deployment.client("lambda").invoke(
        FunctionName=function, InvocationType="Event", Payload=b'{"rebuild": true}'
    )
    return before


def wait_for_rebuild(deployment: Deployment, before: str) -> int:
    """Wait for an index of another generation, and return the number of its entities.

    The command ends if nothing happens for three minutes.
    """
    pointers, seen, last = _pointers(deployment), "", time.monotonic()
    with open_progress() as progress:
        task = progress.add_task("entities are in the new index")
        while True:
            pointer = pointers.read().pointer
            if pointer.generation != before and not pointer.rebuild:
                return pointer.documents
            if pointer.rebuild:
                progress.update(task, completed=pointer.rebuild.documents)
            if pointer.commit != seen:
                seen, last = pointer.commit, time.monotonic()
            if time.monotonic() - last > WAIT_SECONDS:
                see = deployment.command("logs", "--function", "indexer")
                exit_with_error(f"the rebuild makes no progress: see `{see}`", ExitCode.UNREACHABLE)
            time.sleep(_PAUSE_SECONDS)


def _pointers(deployment: Deployment) -> PointerStore:
    return PointerStore(deployment.client("s3"), deployment.search_index_bucket)
