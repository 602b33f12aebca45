"""Brings environments up and down."""

import sys
from contextlib import suppress
from typing import Annotated

import typer

from infra.tools import build
from infra.tools.environments import LOCAL, LocalStack, Stack, stack_of
from infra.tools.errors import SetupError
from infra.tools.run import run_tool
from ingestion.deployment import Deployment, NotDeployed

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)

Environment = Annotated[
    str, typer.Argument(help="Any with its files in config/: local, dev, prod.")
]


@app.command()
def up() -> None:
    """Bring the local stack up, on the port that PORT names."""
    LocalStack().up()


@app.command()
def down() -> None:
    """Stop the local stack; its data is kept."""
    LocalStack().down()


@app.command()
def reset() -> None:
    """Stop the local stack and delete all it holds."""
    LocalStack().reset()


@app.command()
def outputs(environment: Environment = LOCAL) -> None:
    """Print the outputs as JSON; for AWS, ask Terraform for them anew."""
    stack = stack_of(environment)
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
    sys.stdout.write(f"{build.aws_target().zip_file}\n")


@app.command()
def plan(environment: Environment = LOCAL) -> None:
    """Show what an apply would change."""
    stack = stack_of(environment)
    stack.package()
    stack.init()
    stack.run("plan", "-input=false")


@app.command()
def deploy(environment: Environment) -> None:
    """Show what would change in AWS, ask, and apply it."""
    if environment == LOCAL:
        raise SetupError("The local stack comes up with `make up`.")
    stack = Stack(environment)
    stack.package()
    stack.init()
    stack.run("apply")
    stack.save_outputs()


@app.command()
def destroy(
    environment: Environment,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Show what would be deleted, ask, and delete it. Refused while the table is protected."""
    stack = stack_of(environment)
    stack.package()
    stack.init()
    stack.save_outputs()
    with suppress(NotDeployed):  # What was never whole may go as it is.
        require_unprotected(Deployment.load(environment))
    stack.forget()
    stack.run("destroy", *(["-auto-approve"] if yes else []))


def require_unprotected(deployment: Deployment) -> None:
    """Raise SetupError while the table resists deletion: the queues would go and the table stay."""
    table = deployment.client("dynamodb").describe_table(TableName=deployment.table_name)["Table"]
    if table.get("DeletionProtectionEnabled"):
        raise SetupError(
            f"Table {deployment.table_name} resists deletion, so nothing was deleted: set"
            " deletion_protection = false in the environment's .tfvars, deploy, destroy again."
        )


if __name__ == "__main__":
    run_tool(app)
