"""The arguments and options of the commands that create, check, deploy and delete."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from infra.tools.errors import SetupError

Name = Annotated[
    str, typer.Argument(metavar="ENVIRONMENT", help="local, or any with two files in config/.")
]


def _require_terminal(yes: bool) -> bool:
    """Raise SetupError before any change if there is no terminal for the question."""
    if not yes and not sys.stdin.isatty():
        raise SetupError(
            "There is no terminal for the question, so nothing was done: run the command in a"
            " terminal, or give YES=1 (--yes) to skip the question."
        )
    return yes


Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.", callback=_require_terminal)]
Force = Annotated[bool, typer.Option("--force", help="Delete data too, and print it.")]
Repair = Annotated[bool, typer.Option("--repair", help="Apply even if the code is the same.")]
PlanFile = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, resolve_path=True, help="Plan file of `terraform plan -out`."
    ),
]
