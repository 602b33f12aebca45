"""The commands on the secrets with which sources sign: show, add and retire."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from ingestion.cli.environment import Deployment
from ingestion.cli.options import Env, Shown
from ingestion.cli.output import Code, print_data, stop, talk
from ingestion.cli.webhook_secret_admin import WebhookSecretAdmin

app = typer.Typer(no_args_is_help=True, help="The secrets of sources that sign (auth: hmac).")

Source = Annotated[str, typer.Option(help="The source, as the catalog names it.")]


@app.command()
def add(deployment: Env, source: Source) -> None:
    """Make a secret, show it this once, and take what it signs from now on."""
    made = _admin(deployment, source).add()
    talk.print(f"Secret {made.secret_id} of {source}, which is shown only now:")
    sys.stdout.write(f"{made.secret}\n")


@app.command(name="list")
def list_secrets(deployment: Env, source: Source, output: Shown = "table") -> None:
    """List the live secrets, by what they are called and how old they are; never themselves."""
    rows = [
        {"id": it.secret_id, "created_at": it.created_at, "age_days": _age_days(it.created_at)}
        for it in _admin(deployment, source).live()
    ]
    print_data(output, rows, (["secret", "created at", "days old"], [row.values() for row in rows]))


@app.command()
def retire(
    deployment: Env,
    secret_id: Annotated[str, typer.Argument(help="What `list` calls it.")],
    source: Source,
    yes: Annotated[bool, typer.Option("--yes", help="Retire the last one unasked.")] = False,
) -> None:
    """Take no more of what a secret signs, a minute from now at the latest."""
    admin = _admin(deployment, source)
    live = admin.live()
    found = next((it for it in live if it.secret_id == secret_id), None)
    if found is None:
        stop(f"{source} has no live secret {secret_id!r}", Code.NOT_FOUND)
    if len(live) == 1 and not yes:
        typer.confirm(f"{source} can send nothing without its last secret. Retire it?", abort=True)
    admin.retire(found)
    talk.print(f"Retired {secret_id}.")


def _admin(deployment: Deployment, source: str) -> WebhookSecretAdmin:
    """The secrets of a source; the command ends where the environment keeps none for it."""
    if source not in deployment.webhook_secret_names:
        known = ", ".join(deployment.webhook_secret_names) or "none"
        stop(f"{deployment.environment} has no source {source!r} that signs: there are {known}")
    return WebhookSecretAdmin(deployment, source)


def _age_days(created_at: str) -> int:
    return (datetime.now(UTC) - datetime.fromisoformat(created_at)).days
