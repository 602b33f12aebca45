"""Brings the local stack up, and creates new queues before Terraform does."""

from hashlib import sha256

from infra.tools.deploy.deletions import DeletionRefused, require_no_data_loss
from infra.tools.errors import SetupError
from infra.tools.paths import INFRA
from infra.tools.run import console, show_step
from infra.tools.schemas.environment import require_compatible
from infra.tools.schemas.files import SchemaRefused
from infra.tools.stack import queues
from infra.tools.stack.local_environment import LocalEnvironment
from infra.tools.stack.routes import find_routes
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.store.reindex import reindex


def bring_up(local: LocalEnvironment, *, force: bool = False, repair: bool = False) -> None:
    """Bring everything up. If nothing changed since the last apply, only start the emulator.

    With `repair`, apply in any case: this also restores what was changed outside of Terraform.
    Raises DeletionRefused if that would delete data, unless `force`, and SchemaRefused if stored
    rows would not fit the models.
    """
    local.create_directory()
    _forget_outputs_if_killed(local)
    local.package()
    local.emulator.start()
    local.port_file.write_text(str(local.emulator.port))
    digest = _digest(local)
    if _is_applied(local, digest) and not repair:
        console.print(
            f"Nothing changed since the last apply; the stack is at {local.emulator.url}."
            " If resources were changed outside of Terraform, `make up REPAIR=1` restores them."
        )
        return
    if not local.state_bucket.exists():
        local.state_bucket.create()
    local.init()
    apply_changes(local, force=force)
    local.save_outputs()
    with show_step("Adding stored rows to the index by time"):
        _reindex(local)
    local.digest_file.write_text(digest)
    console.print(f"The stack is up at {local.emulator.url}.")


def _reindex(local: LocalEnvironment) -> None:
    """Add the rows that the index by time misses, because an older version stored them."""
    reader = Deployment.load(local.directory.name, Checkout(local.root)).reader()
    missing = sum(page.missing for page in reindex(reader))
    if missing:
        console.print(f"Stored rows that were missing in the index by time: {missing}.")


def _forget_outputs_if_killed(local: LocalEnvironment) -> None:
    """Apply everything again after a kill: the emulator saves its data only when it stops."""
    if local.emulator.was_killed:
        console.print(
            "The emulator was killed: its data is that of its last regular stop, and everything"
            " is applied again."
        )
        local.outputs_file.unlink(missing_ok=True)


def _is_applied(local: LocalEnvironment, digest: str) -> bool:
    has_outputs = local.outputs_file.exists() and local.digest_file.exists()
    return has_outputs and local.digest_file.read_text() == digest


def _digest(local: LocalEnvironment) -> str:
    """Return a digest of all inputs of an apply."""
    files = [
        *sorted(INFRA.rglob("*.tf")),
        *sorted(file for file in (local.root / "config").rglob("*") if file.is_file()),
        local.package_file.with_suffix(".json"),
    ]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def apply_changes(local: LocalEnvironment, *, force: bool) -> None:
    """Plan, check what the plan deletes, and apply that plan. Retry once if the apply fails.

    Under load the emulator may lose a response. The provider then repeats the call, which fails
    because it was done before. Raises DeletionRefused, SchemaRefused, or SetupError after the
    second failure.
    """
    try:
        _apply_once(local, force=force)
    except (DeletionRefused, SchemaRefused):
        raise
    except SetupError as error:
        console.print(f"{error}\nThe apply is retried once: the emulator may have lost a response.")
        _apply_once(local, force=force)


def _apply_once(local: LocalEnvironment, *, force: bool) -> None:
    """Apply a plan. If it has new queues, create them first, and apply a plan that imports them.

    Also imports paths of the API that exist already, because the emulator lost a response.
    """
    log = local.directory / "plan.log"
    with local.saved_plan("-compact-warnings", log=log) as plan:
        require_compatible(plan.content)
        require_no_data_loss(plan.content, local.client, local.name, force=force)
        imports = queues.create_queues(local.client("sqs"), plan.content)
        imports |= find_routes(local.client("apigateway"), plan.content)
        if not imports:
            local.digest_file.unlink(missing_ok=True)
            local.apply(plan)
            return
    queues.write_imports(local.terraform_root, imports)
    _apply_once(local, force=force)
