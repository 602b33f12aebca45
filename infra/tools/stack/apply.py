"""Applies what changed to the local stack, and makes new queues before Terraform does."""

import json
from typing import TYPE_CHECKING

from infra.tools.deploy.deletions import DeletionRefused, require_kept
from infra.tools.deploy.holdings import deleted_by
from infra.tools.errors import SetupError
from infra.tools.run import talk
from infra.tools.stack import queues
from ingestion.cli.environment import Checkout, load_catalog

if TYPE_CHECKING:
    from infra.tools.stack.local_stack import LocalStack

_OPTIONS = ("-no-color", "-compact-warnings")


def apply_changes(stack: "LocalStack", *, force: bool) -> None:
    """Plan, check what the plan deletes, and apply that plan. Repeat it once if the apply fails.

    Under load the emulator may lose an answer. The provider repeats such a call, which then fails
    because it was done before. Raises DeletionRefused, or SetupError after the second failure.
    """
    try:
        _apply_once(stack, force=force)
    except DeletionRefused:
        raise
    except SetupError as error:
        talk.print(str(error))
        talk.print("The apply is repeated once, as the emulator may have lost an answer.")
        _apply_once(stack, force=force)


def _apply_once(stack: "LocalStack", *, force: bool) -> None:
    if not _has_queues_of_every_source(stack):
        _make_new_queues(stack, force=force)
    with stack.planned(*_OPTIONS, log=stack.directory / "plan.log") as plan:
        deleted = deleted_by(stack.shown(plan))
        require_kept(deleted, stack.client, stack.environment, force=force)
        stack.applied_file.unlink(missing_ok=True)
        stack.apply(plan, *_OPTIONS, log=stack.directory / "apply.log")


def _has_queues_of_every_source(stack: "LocalStack") -> bool:
    """Return whether the last apply left a queue for every source: then a plan gains little."""
    if not stack.outputs_file.exists():
        return False
    queue_urls: dict[str, str] = json.loads(stack.outputs_file.read_text())["queue_urls"]
    return load_catalog(Checkout(stack.root)).senders.keys() <= queue_urls.keys()


def _make_new_queues(stack: "LocalStack", *, force: bool) -> None:
    """Make the queues that a plan would make, and import them. Terraform takes a minute for them.

    Raises DeletionRefused before any queue is made.
    """
    options = ("-refresh=false", "-no-color")
    with stack.planned(*options, log=stack.directory / "queues.log") as file:
        plan = stack.shown(file)
    require_kept(deleted_by(plan), stack.client, stack.environment, force=force)
    queues.let_import(stack.terraform_root, queues.make(stack.client("sqs"), plan))
