"""Refuses to delete data, and says what to do instead."""

from infra.tools.deploy import holdings
from infra.tools.errors import SetupError
from infra.tools.run import talk

_ADVICE = {
    "queue": (
        "For the queue of a source, put the source back into config/sources.yaml; for that of a"
        " subscriber, put it back into config/{environment}.tfvars. Stop its senders and wait until"
        " its queue is empty."
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


def require_kept(
    deleted: list[holdings.Resource], client: holdings.Client, environment: str, *, force: bool
) -> None:
    """Raise DeletionRefused if deleted resources hold data; with `force`, print what they hold.

    Raises even with `force` if AWS would reject a deletion: the apply would stop half-way.
    """
    if protections := holdings.protections(deleted, client):
        raise DeletionRefused(
            "Nothing was applied, because a deletion in this plan would fail:"
            f" {'; '.join(protections)}. Change these settings in config/{environment}.tfvars and"
            " apply the change first."
        )
    held = holdings.contents(deleted, client)
    listed = "; ".join(map(str, held))
    if held and not force:
        kinds = {holding.kind for holding in held}
        advice = " ".join(text for kind, text in _ADVICE.items() if kind in kinds)
        raise DeletionRefused(
            f"Nothing was applied, because this plan deletes data: {listed}."
            f" {advice.format(environment=environment)} FORCE=1 (--force) deletes all of this."
        )
    if held:
        talk.print(f"FORCE=1 (--force) deletes data: {listed}.")
