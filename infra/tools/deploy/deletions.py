"""Refuses to delete data, and says what to do instead."""

from typing import Any

from infra.tools.deploy import stored_data
from infra.tools.errors import SetupError
from infra.tools.run import console

_ADVICE = {
    "queue": (
        "For the queue of a source, put the source back into config/sources.yaml; for that of a"
        " subscriber, put it back into config/{environment}.tfvars."
        " To remove a source: `.venv/bin/ingest close SOURCE --env {environment}` stops what it"
        " posts; stop all other senders; wait until `.venv/bin/ingest status --env {environment}`"
        " says that its queues are empty; then remove it again and deploy."
        " `.venv/bin/ingest dlq list --env {environment}` shows its dead letters;"
        " `ingest dlq redrive` publishes them again, `ingest dlq drop` deletes them."
    ),
    "table": (
        "`.venv/bin/ingest export ENTITY --env {environment}` saves the entities of a table."
    ),
    "bucket": "`aws s3 sync s3://BUCKET DIRECTORY` saves the files of a bucket.",
}


class DeletionRefused(SetupError):
    """A plan would delete data, or a resource that AWS does not delete."""


def require_no_data_loss(
    plan: dict[str, Any], client: stored_data.Client, environment: str, *, force: bool
) -> None:
    """Raise DeletionRefused if a plan, given as Terraform's JSON, deletes data.

    With `force`, print the data instead. Raises in any case if AWS would reject a deletion: the
    apply would stop half-way.
    """
    deleted = stored_data.deleted_resources(plan)
    if protections := list(stored_data.find_protections(deleted, client)):
        raise DeletionRefused(
            "Nothing was applied, because a deletion in this plan would fail:"
            f" {'; '.join(protections)}. Change these settings in config/{environment}.tfvars and"
            " apply the change first."
        )
    data = stored_data.find_data(deleted, client)
    if data and not force:
        kinds = {text.split()[0] for text in data}
        advice = " ".join(text for kind, text in _ADVICE.items() if kind in kinds)
        raise DeletionRefused(
            f"Nothing was applied, because this plan deletes data: {'; '.join(data)}."
            f" {advice.format(environment=environment)} FORCE=1 (--force) deletes all of this."
        )
    if data:
        console.print(f"FORCE=1 (--force) deletes data: {'; '.join(data)}.")
