"""Creates, checks, deploys and deletes environments."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated, Any

import typer

from infra.tools.deploy.bootstrap import StateEnvironment
from infra.tools.deploy.deletions import require_no_data_loss
from infra.tools.deploy.environments import LOCAL, Environment, SavedPlan
from infra.tools.deploy.outputs import print_outputs
from infra.tools.errors import SetupError
from infra.tools.options import Force, Name, PlanFile, Repair, Yes
from infra.tools.paths import ROOT
from infra.tools.prices.fixed_units import resources_of
from infra.tools.prices.price_list import load_prices
from infra.tools.prices.report import print_costs
from infra.tools.run import console, run_tool
from infra.tools.schemas import editor_schemas
from infra.tools.schemas import files as schema_files
from infra.tools.schemas.environment import require_compatible
from infra.tools.stack.local_environment import LocalEnvironment
from infra.tools.stack.preview import open_preview
from infra.tools.stack.up import bring_up
from ingestion.cli.environment import load_catalog
from ingestion.cli.login.known import repair_command

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)


@app.command()
def up(context: typer.Context, force: Force = False, repair: Repair = False) -> None:
    """Bring the local stack up on port PORT. Stop if that would delete data, unless --force."""
    bring_up(LocalEnvironment(context.obj), force=force, repair=repair)


@app.command()
def down(context: typer.Context) -> None:
    """Stop the local stack, and keep its data."""
    LocalEnvironment(context.obj).stop()


@app.command()
def reset(context: typer.Context, force: Force = False) -> None:
    """Print what the local stack holds, ask if it holds data, stop it and delete everything."""
    LocalEnvironment(context.obj).reset(force=force)


@app.command()
def outputs(context: typer.Context, name: Name = LOCAL) -> None:
    """Print the outputs as JSON, on a terminal without keys. Terraform reads those of AWS."""
    environment = _open_environment(context, name)
    if name != LOCAL:
        environment.init()
        environment.save_outputs()
    if not environment.outputs_file.exists():
        raise SetupError("The local stack has never been up: run `make up`.")
    print_outputs(environment)


@app.command()
def package() -> None:
    """Build the functions' zip for AWS, and print its path."""
    aws = Environment("")
    aws.package()
    sys.stdout.write(f"{aws.package_file}\n")


@app.command()
def bootstrap(context: typer.Context, name: Name, yes: Yes = False) -> None:
    """Create the bucket for Terraform's state, and apply infra/state to it. Ask first."""
    _require_aws(name)
    environment = StateEnvironment(name, context.obj)
    bucket = environment.state_bucket
    if not bucket.exists():
        if not yes:
            typer.confirm(f"Create {bucket}?", abort=True, err=True)
        bucket.create()
    environment.init()
    with _approved_plan(environment, f"Apply this plan to {bucket}?", yes=yes) as plan:
        environment.apply(plan)
    console.print(f"The state of {name} is in {bucket}.")


@app.command()
def schemas(
    context: typer.Context,
    breaking: Annotated[bool, typer.Option("--breaking", help="Accept breaking changes.")] = False,
    reason: Annotated[str, typer.Option(help="Why, with --breaking. The record keeps it.")] = "",
) -> None:
    """Record entity schemas in config/schemas. Refuse breaking changes, unless --breaking."""
    load_catalog()
    changed = schema_files.write(context.obj, accept=breaking, reason=reason)
    console.print(
        f"Recorded in config/schemas: {', '.join(changed) or 'nothing, no schema changed'}."
    )
    for name in editor_schemas.write_schemas(context.obj):
        console.print(f"Wrote {name}.")


@app.command(hidden=True)
def check(context: typer.Context) -> None:
    """Check the catalog, the schemas for editors and the records of the entities' schemas."""
    catalog = load_catalog()
    schema_files.check(context.obj)
    editor_schemas.check_schemas(context.obj)
    sys.stdout.write(f"The catalog is valid: {', '.join(catalog.sources)}.\n")


@app.command()
def plan(context: typer.Context, name: Name = LOCAL) -> None:
    """Show what an apply would change."""
    _prepare(context, name).plan()


@app.command()
def preview(name: Name) -> None:
    """Show what a first deploy would create, and what it costs. This needs no AWS account."""
    price_list = load_prices()
    with open_preview(name) as environment, environment.saved_plan() as (_, plan):
        print_costs(resources_of(plan), load_catalog(), price_list)


@app.command()
def check_plan(context: typer.Context, name: Name, file: PlanFile) -> None:
    """Check a saved plan. Exit with 1 if it deletes data or breaks stored rows, else with 0."""
    environment = _open_environment(context, name)
    environment.init()
    plan = environment.read_plan(file)
    _require_plan_of(environment, plan)
    require_compatible(plan)
    require_no_data_loss(plan, environment.client, name, force=False)
    sys.stdout.write(f"{file.name} deletes no data.\n")


@app.command()
def deploy(context: typer.Context, name: Name, yes: Yes = False, force: Force = False) -> None:
    """Show the changes to AWS, ask, apply. Refuse data loss (unless --force), breaking schemas."""
    _require_aws(name)
    environment = _prepare(context, name)
    question = f"Apply this plan to {environment}?"
    with _approved_plan(environment, question, yes=yes, force=force) as plan:
        # Also without changes: the state then contains what was changed outside of Terraform.
        environment.apply(plan)
    environment.save_outputs()


@app.command()
def drift(context: typer.Context, name: Name = LOCAL) -> None:
    """Show how the environment differs from the code. Exit codes: 0 no drift, 2 drift, 1 error."""
    if _prepare(context, name).plan("-detailed-exitcode"):
        sys.stdout.write(
            f"Drift: {name} differs from the code, see the plan above."
            f" Run `{repair_command(name)}`.\n"
        )
        raise typer.Exit(2)
    sys.stdout.write(f"No drift: {name} matches the code.\n")


@app.command()
def destroy(context: typer.Context, name: Name, yes: Yes = False, force: Force = False) -> None:
    """Show what would be deleted, ask, and delete it. Stop if it has data, unless --force."""
    environment = _prepare(context, name)
    question = f"Delete all of this from {environment} permanently?"
    with _approved_plan(environment, question, "-destroy", yes=yes, force=force) as plan:
        environment.outputs_file.unlink(missing_ok=True)
        environment.apply(plan)


@contextmanager
def _approved_plan(
    environment: Environment, question: str, *options: str, yes: bool, force: bool = False
) -> Iterator[SavedPlan]:
    """Yield a plan that deletes no data, unless `force`, after the user agreed to apply it."""
    with environment.saved_plan(*options) as plan:
        require_compatible(plan.content)
        require_no_data_loss(plan.content, environment.client, environment.name, force=force)
        if plan.content["applyable"] and not yes:
            typer.confirm(question, abort=True, err=True)
            # Messages may have arrived while the user answered.
            require_no_data_loss(plan.content, environment.client, environment.name, force=force)
        yield plan


def _prepare(context: typer.Context, name: str) -> Environment:
    """Return the environment with its package built and Terraform ready."""
    environment = _open_environment(context, name)
    environment.init()
    environment.package()
    return environment


def _open_environment(context: typer.Context, name: str) -> Environment:
    return LocalEnvironment(context.obj) if name == LOCAL else Environment(name, context.obj)


def _require_aws(name: str) -> None:
    if name == LOCAL:
        raise SetupError("The local stack is not on AWS: bring it up with `make up`.")


def _require_plan_of(environment: Environment, plan: dict[str, Any]) -> None:
    """Raise SetupError for a plan of another environment: its queues would not be found."""
    configured = environment.files.variables
    for name in ("environment", "region"):
        planned = plan.get("variables", {}).get(name, {}).get("value")
        if planned != configured.get(name):
            raise SetupError(
                f"This plan has {name} {planned!r}, but config/{environment.name}.tfvars has"
                f" {configured.get(name)!r}: name the environment that the plan was made for."
            )


if __name__ == "__main__":
    run_tool(partial(app, obj=ROOT))
