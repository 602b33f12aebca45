"""Refuses to delete what still holds data, and says what to do instead."""

from typing import Any

from infra.tools.deploy import holdings
from infra.tools.errors import SetupError
from infra.tools.run import talk

_ADVICE = {
    "queue": (
        "For the queue of a source, put the source back into config/sources.yaml; for that of a"
        " subscriber, put it back into config/{environment}.tfvars. Stop its senders and wait until"
        " its queue is empty."
        " `.venv/bin/ingest dlq list --env {environment}` shows its dead letters;"
        " `dlq redrive` or `dlq drop` takes them out of the queue."
    ),
    "table": (
        "`.venv/bin/ingest export ENTITY --env {environment}` saves the entities of a table."
    ),
    "bucket": "`aws s3 sync s3://BUCKET DIRECTORY` saves the files of a bucket.",
}


class DeletionRefused(SetupError):
    """Something that still holds data, or resists deletion, would be deleted."""


def require_kept(
    plan: dict[str, Any], client: holdings.Client, environment: str, *, force: bool
) -> list[holdings.Holding]:
    """Return the data that a plan deletes. Raises DeletionRefused if there is any, unless `force`.

    Raises even with `force` if AWS would reject a deletion: the apply would stop half-way.
    """
    deleted = holdings.deleted_by(plan)
    if protections := holdings.protections(deleted, client):
        raise DeletionRefused(
            "Nothing was applied, because a deletion in this plan would fail:"
            f" {'; '.join(protections)}. Change these settings in config/{environment}.tfvars and"
            " apply the change first."
        )
    held = holdings.contents(deleted, client)
    if held and not force:
        kinds = {holding.kind for holding in held}
        advice = " ".join(text for kind, text in _ADVICE.items() if kind in kinds)
        raise DeletionRefused(
            f"Nothing was applied, because this plan deletes data: {_listed(held)}."
            f" {advice.format(environment=environment)}"
            " FORCE=1 (--force) with `make up` or `make deploy` deletes all of this."
        )
    return held


def require_destroyable(
    state: dict[str, Any], client: holdings.Client, *, force: bool
) -> list[holdings.Holding]:
    """Return the data in a state. Raises DeletionRefused if there is any, unless `force`.

    Raises even with `force` if AWS would reject a deletion.
    """
    resources = holdings.in_state(state)
    if protections := holdings.protections(resources, client):
        raise DeletionRefused(
            f"Nothing was deleted, because a deletion would fail: {'; '.join(protections)}. Change"
            " these settings in the environment's .tfvars, deploy, then destroy again."
        )
    held = holdings.contents(resources, client)
    if held and not force:
        raise DeletionRefused(
            f"Nothing was deleted: {_listed(held)}. FORCE=1 (--force) deletes these as well."
        )
    return held


def say_deleted(held: list[holdings.Holding]) -> None:
    """Print the data that a forced apply is about to delete."""
    if held:
        text = f"FORCE=1 (--force) deletes data: {_listed(held)}."
        talk.print(text, markup=False, soft_wrap=True)


def _listed(held: list[holdings.Holding]) -> str:
    return "; ".join(map(str, held))
