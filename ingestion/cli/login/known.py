"""The environments that commands know: those of the checkout, and the logins of this user."""

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
    """Return the local environment; without a checkout the only login, if there is one."""
    logins = _logins()
    is_checkout = checkout.catalog_file.is_file()
    return logins.pop() if len(logins) == 1 and not is_checkout else "local"


def outputs_command(environment: str) -> str:
    """Return the command that writes the outputs of an environment into the checkout."""
    return "make up" if environment == "local" else f"make outputs ENV={environment}"


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
