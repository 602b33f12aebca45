"""The environments that commands know: those of the checkout, and the logins of this user."""

import os
import shlex
from collections.abc import Iterable
from pathlib import Path

import typer

from ingestion.cli.checkout import Checkout

LOGIN_COMMAND = "ingest login --bucket NAME"


def login_file(environment: str) -> Path:
    """Return the file that holds an environment's copy of environment.json."""
    return Path(typer.get_app_dir("ingest")) / f"{environment}.json"


def environments(checkout: Checkout) -> list[str]:
    """Return the names of the environments of the checkout and of the logins."""
    return sorted(checkout.environments | _logins())


def default_environment(checkout: Checkout) -> str:
    """Return the environment of a command without --env: INGEST_URL, or else the local one.

    Without a checkout, the only login takes the place of the local environment.
    """
    if url := os.environ.get("INGEST_URL"):
        return url
    logins = _logins()
    is_checkout = checkout.catalog_file.is_file()
    return logins.pop() if len(logins) == 1 and not is_checkout else "local"


def next_command(words: Iterable[str], environment: str, checkout: Checkout) -> str:
    """Return a command for a message, with --env unless the environment is the default."""
    is_default = environment == default_environment(checkout).rstrip("/")
    return shlex.join(["ingest", *words, *([] if is_default else ["--env", environment])])


def outputs_command(environment: str) -> str:
    """Return the command that writes the outputs of an environment into the checkout."""
    return "make up" if environment == "local" else f"make outputs ENV={environment}"


def deploy_command(environment: str) -> str:
    """Return the command that deploys the checkout to an environment."""
    return "make up" if environment == "local" else f"make deploy ENV={environment}"


def repair_command(environment: str) -> str:
    """Return the command that restores what was changed outside of Terraform."""
    return "make up REPAIR=1" if environment == "local" else f"make deploy ENV={environment}"


def how_to_know(environment: str, checkout: Checkout) -> str:
    """Return that an environment is unknown here, and the commands that make it known."""
    from entities.faults import did_you_mean  # Takes longer to import than a TAB may take.

    known = environments(checkout)
    problem = (
        f"{environment!r} has no outputs.json in .stack/ and no login:"
        f" run `{outputs_command(environment)}` in a checkout, or `{LOGIN_COMMAND}`"
    )
    if environment in known or not known:
        return problem
    return f"{problem}; known are {', '.join(known)}{did_you_mean(environment, known)}"


def _logins() -> set[str]:
    return {file.stem for file in login_file("*").parent.glob("*.json")}
