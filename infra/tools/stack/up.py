"""Brings the local stack up, and creates new queues before Terraform does."""

from hashlib import sha256

from infra.tools.deploy.deletions import DeletionRefused, require_no_data_loss
from infra.tools.errors import SetupError
from infra.tools.paths import INFRA
from infra.tools.run import talk
from infra.tools.stack import queues
from infra.tools.stack.local_environment import LocalEnvironment

_OPTIONS = ("-no-color", "-compact-warnings")


def bring_up(local: LocalEnvironment, *, force: bool = False) -> None:
    """Bring everything up. If nothing changed since the last apply, only start the emulator.

    Raises DeletionRefused if that would delete data, unless `force`.
    """
    local.create_directory()
    if local.emulator.was_killed:
        talk.print(
            "The emulator was killed: its data is that of its last regular stop, and everything"
            " is applied again."
        )
        local.delete_outputs()
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
    """Apply a plan. If it has new queues, create them first, and apply a plan that imports them."""
    with local.saved_plan(*_OPTIONS, log=local.directory / "plan.log") as file:
        plan = local.read_plan(file)
        require_no_data_loss(plan, local.client, local.name, force=force)
        queue_urls = queues.create_queues(local.client("sqs"), plan)
        if not queue_urls:
            local.applied_file.unlink(missing_ok=True)
            local.apply(file, *_OPTIONS, log=local.directory / "apply.log")
            return
    queues.write_imports(local.terraform_root, queue_urls)
    _apply_once(local, force=force)
