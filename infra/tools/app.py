"""Brings environments up and down."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.tools.build.target import aws_target
from infra.tools.deploy import terraform
from infra.tools.deploy.bootstrap import BucketStack
from infra.tools.deploy.deletions import require_kept
from infra.tools.deploy.environments import LOCAL, Stack
from infra.tools.deploy.holdings import deleted_by
from infra.tools.errors import SetupError
from infra.tools.paths import INFRA, ROOT
from infra.tools.run import run_tool, talk
from infra.tools.stack.local_stack import LocalStack
from infra.tools.stack.preview import previewed
from ingestion.cli.environment import load_catalog

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

Environment = Annotated[
    str, typer.Argument(help="Any with its files in config/: local, dev, prod.")
]


def _require_terminal(yes: bool) -> bool:
    """Raise SetupError before anything is done if nobody could answer the question."""
    if not yes and not sys.stdin.isatty():
        raise SetupError(
            "There is no terminal to ask at, so nothing was done: run it in one, or say YES=1"
            " (--yes) to do it unasked."
        )
    return yes


Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.", callback=_require_terminal)]
Force = Annotated[bool, typer.Option("--force", help="Delete data too, and list it.")]
PlanFile = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, resolve_path=True, help="Plan file of `terraform plan -out`."
    ),
]


@app.command()
def up(context: typer.Context, force: Force = False) -> None:
    """Bring the local stack up on port PORT. Stop if that would delete data, unless --force."""
    LocalStack(root=context.obj).up(force=force)


@app.command()
def down(context: typer.Context) -> None:
    """Stop the local stack; its data is kept."""
    LocalStack(root=context.obj).emulator.stop()


@app.command()
def reset(context: typer.Context) -> None:
    """Stop the local stack and delete everything."""
    LocalStack(root=context.obj).reset()


@app.command()
def outputs(context: typer.Context, environment: Environment = LOCAL) -> None:
    """Print the outputs as JSON; for AWS, ask Terraform for them again."""
    stack = _stack_of(context, environment)
    if environment != LOCAL:
        stack.init()
        stack.save_outputs()
    if not stack.outputs_file.exists():
        raise SetupError("The local stack has never been up: run `make up`.")
    sys.stdout.write(stack.outputs_file.read_text())


@app.command()
def package() -> None:
    """Build the functions' zip for AWS and print where it is."""
    Stack("").package()
    sys.stdout.write(f"{aws_target().zip_file}\n")


@app.command()
def bootstrap(context: typer.Context, environment: Environment, yes: Yes = False) -> None:
    """Make the bucket that keeps the state, and apply infra/state to it. Ask first."""
    _require_aws(environment)
    stack = BucketStack(environment, root=context.obj)
    bucket = stack.state_bucket
    if not bucket.exists():
        if not yes:
            typer.confirm(f"Make {bucket}, which costs next to nothing?", abort=True, err=True)
        bucket.create()
    stack.init()
    with stack.planned() as plan:
        _require_consent(stack, plan, f"Apply this plan to {bucket}?", yes=yes, force=False)
        stack.apply(plan)
    talk.print(f"The state of {environment} has its place: {bucket}.")


@app.command(hidden=True)
def check() -> None:
    """Check what no linter knows: the catalog, and Terraform's formatting."""
    catalog = load_catalog()
    terraform.run(INFRA, {}, "fmt", "-check", "-diff", "-recursive")
    sys.stdout.write(f"The catalog is sound: {', '.join(catalog.sources)}.\n")


@app.command()
def plan(context: typer.Context, environment: Environment = LOCAL) -> None:
    """Show what an apply would change."""
    _prepared(context, environment).plan()


@app.command()
def preview(environment: Environment) -> None:
    """Show what a first deploy would make; needs no account."""
    with previewed(environment) as stack:
        stack.plan()


@app.command()
def check_plan(context: typer.Context, environment: Environment, plan: PlanFile) -> None:
    """Exit with 1 if the saved plan deletes data, otherwise with 0."""
    stack = _stack_of(context, environment)
    stack.init()
    changes = stack.shown(plan)
    _require_plan_of(stack, changes)
    require_kept(deleted_by(changes), stack.client, environment, force=False)
    sys.stdout.write(f"{plan.name} deletes nothing that holds data.\n")


@app.command()
def deploy(
    context: typer.Context, environment: Environment, yes: Yes = False, force: Force = False
) -> None:
    """Show what would change in AWS, ask, and apply it. Stop if it deletes data, unless --force."""
    _require_aws(environment)
    stack = _prepared(context, environment)
    with stack.planned() as plan:
        _require_consent(stack, plan, f"Apply this plan to {_where(stack)}?", yes=yes, force=force)
        # Without changes too: the state then holds what was changed outside of Terraform.
        stack.apply(plan)
    stack.save_outputs()


@app.command()
def drift(context: typer.Context, environment: Environment = LOCAL) -> None:
    """Plan, and exit with 0 if an apply would change nothing, 2 if it would, 1 for errors."""
    if _prepared(context, environment).plan("-detailed-exitcode"):
        sys.stdout.write(f"Drift: {environment} is not what the code says, see the plan above.\n")
        raise typer.Exit(2)
    sys.stdout.write(f"No drift: {environment} is what the code says.\n")


@app.command()
def destroy(
    context: typer.Context,
    environment: Environment,
    yes: Yes = False,
    force: Force = False,
) -> None:
    """Show what would be deleted, ask, and delete it. Refused while it holds something."""
    stack = _prepared(context, environment)
    with stack.planned("-destroy") as plan:
        question = f"Delete all this from {_where(stack)}, for ever?"
        _require_consent(stack, plan, question, yes=yes, force=force)
        stack.forget()
        stack.apply(plan)


def _require_consent(stack: Stack, plan: Path, question: str, *, yes: bool, force: bool) -> None:
    """Check what a plan deletes, and ask before it is applied."""
    changes = stack.shown(plan)
    deleted = deleted_by(changes)
    require_kept(deleted, stack.client, stack.environment, force=force)
    if changes["applyable"] and not yes:
        typer.confirm(question, abort=True, err=True)
        # Messages may have arrived while the user answered.
        require_kept(deleted, stack.client, stack.environment, force=force)


def _prepared(context: typer.Context, environment: str) -> Stack:
    """The environment with its package built and Terraform ready."""
    stack = _stack_of(context, environment)
    stack.init()
    stack.package()
    return stack


def _stack_of(context: typer.Context, environment: str) -> Stack:
    stack = LocalStack if environment == LOCAL else Stack
    return stack(environment, root=context.obj)


def _require_aws(environment: str) -> None:
    if environment == LOCAL:
        raise SetupError("The local stack comes up with `make up`.")


def _require_plan_of(stack: Stack, plan: dict[str, Any]) -> None:
    """Raise SetupError for a plan of another environment: its queues would seem to be gone."""
    for name in ("environment", "region"):
        planned = plan.get("variables", {}).get(name, {}).get("value")
        if planned != (known := stack.files.variable(name)):
            raise SetupError(
                f"This plan has {name} {planned!r}, but {stack.files.variables.name} says"
                f" {known!r}: name the environment that the plan was made for."
            )


def _where(stack: Stack) -> str:
    account, region = stack.state_bucket.account, stack.files.variable("region")
    return f"{stack.environment} ({region} of account {account})"


if __name__ == "__main__":
    run_tool(partial(app, obj=ROOT))
