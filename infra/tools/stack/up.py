"""Brings the local stack up, and makes new queues before Terraform does."""

import json
from hashlib import sha256

from infra.tools.deploy.deletions import DeletionRefused, require_kept
from infra.tools.deploy.holdings import deleted_by
from infra.tools.errors import SetupError
from infra.tools.paths import INFRA
from infra.tools.run import talk
from infra.tools.stack import queues
from infra.tools.stack.local_environment import LocalEnvironment
from ingestion.cli.environment import Checkout, load_catalog

_OPTIONS = ("-no-color", "-compact-warnings")


def bring_up(local: LocalEnvironment, *, force: bool = False) -> None:
    """Bring everything up. If nothing changed since the last apply, only start the emulator.

    Raises DeletionRefused if that would delete data, unless `force`.
    """
    local.make_directory()
    if local.emulator.was_killed:
        talk.print(
            "The emulator was killed: its data is that of its last regular stop, and everything"
            " is applied again."
        )
        local.forget()
    with talk.status("Packaging the functions …"):
        local.package()
    local.emulator.start()
    local.port_file.write_text(str(local.emulator.port))
    inputs = _digest(local)
    if local.applied_file.exists() and local.applied_file.read_text() == inputs:
        talk.print(f"Nothing changed since the last apply; the stack is at {local.emulator.url}.")
        return
    if not local.state_bucket.exists():
        local.state_bucket.create()
    with talk.status("Preparing Terraform …"):
        local.init()
    with talk.status("Applying (half a minute the first time) …"):
        apply_changes(local, force=force)
    local.save_outputs()
    local.applied_file.write_text(inputs)
    talk.print(f"The stack is up at {local.emulator.url}.")


def _digest(local: LocalEnvironment) -> str:
    """Return a digest of all inputs of an apply."""
    files = [
        *sorted(INFRA.rglob("*.tf")),
        *sorted((local.root / "config").iterdir()),
        local.package_file.with_suffix(".json"),
    ]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def apply_changes(local: LocalEnvironment, *, force: bool) -> None:
    """Plan, check what the plan deletes, and apply that plan. Retry once if the apply fails.

    Under load the emulator may lose a response. The provider then repeats the call, which fails
    because it was done before. Raises DeletionRefused, or SetupError after the second failure.
    """
    try:
        _apply_once(local, force=force)
    except DeletionRefused:
        raise
    except SetupError as error:
        talk.print(str(error))
        talk.print("The apply is retried once: the emulator may have lost a response.")
        _apply_once(local, force=force)


def _apply_once(local: LocalEnvironment, *, force: bool) -> None:
    if not _has_queues_of_every_source(local):
        _make_new_queues(local, force=force)
    with local.planned(*_OPTIONS, log=local.directory / "plan.log") as plan:
        require_kept(deleted_by(local.shown(plan)), local.client, local.name, force=force)
        local.applied_file.unlink(missing_ok=True)
        local.apply(plan, *_OPTIONS, log=local.directory / "apply.log")


def _has_queues_of_every_source(local: LocalEnvironment) -> bool:
    """Return whether every source had a queue after the last apply. If so, skip the extra plan."""
    if not local.outputs_file.exists():
        return False
    queue_urls: dict[str, str] = json.loads(local.outputs_file.read_text())["queue_urls"]
    return load_catalog(Checkout(local.root)).senders.keys() <= queue_urls.keys()


def _make_new_queues(local: LocalEnvironment, *, force: bool) -> None:
    """Make the queues that a plan would make, and import them. Terraform takes a minute for them.

    Raises DeletionRefused before any queue is made.
    """
    options = ("-refresh=false", "-no-color")
    with local.planned(*options, log=local.directory / "queues.log") as file:
        plan = local.shown(file)
    require_kept(deleted_by(plan), local.client, local.name, force=force)
    queues.write_imports(local.terraform_root, queues.make(local.client("sqs"), plan))
