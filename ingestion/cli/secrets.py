"""The commands on webhook secrets: list, add and retire."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from ingestion.cli.environment import Deployment
from ingestion.cli.options import Env, Shown
from ingestion.cli.output import Code, print_data, stop, talk
from ingestion.cli.webhook_secret_admin import WebhookSecretAdmin

app = typer.Typer(no_args_is_help=True, help="The secrets of sources that sign (auth: hmac).")

Source = Annotated[str, typer.Option(help="The source's name in the catalog.")]


@app.command()
def add(deployment: Env, source: Source) -> None:
    """Add a secret and print it once. Requests that it signs are accepted from now on."""
    made = _admin(deployment, source).add()
    talk.print(f"Secret {made.secret_id} of {source}, which is not shown again:")
    sys.stdout.write(f"{made.secret}\n")


@app.command(name="list")
def list_secrets(deployment: Env, source: Source, output: Shown = "table") -> None:
    """List the ids and ages of the live secrets, but not the secrets."""
    rows = [
        {"id": s.secret_id, "created_at": s.created_at, "age_days": _age_days(s.created_at)}
        for s in _admin(deployment, source).live()
    ]
    print_data(output, rows, (["secret", "created at", "days old"], [row.values() for row in rows]))


@app.command()
def retire(
    deployment: Env,
    secret_id: Annotated[str, typer.Argument(help="The id that `list` shows.")],
    source: Source,
    yes: Annotated[
        bool, typer.Option("--yes", help="Retire the last secret without asking.")
    ] = False,
) -> None:
    """Retire a secret. Within a minute, requests that it signs are refused."""
    admin = _admin(deployment, source)
    live = admin.live()
    found = next((secret for secret in live if secret.secret_id == secret_id), None)
    if found is None:
        stop(f"{source} has no live secret {secret_id!r}", Code.NOT_FOUND)
    if len(live) == 1 and not yes:
        typer.confirm(
            f"This is the last secret of {source}, which then cannot send. Retire it?", abort=True
        )
    admin.retire(found)
    talk.print(f"Retired {secret_id}.")


def _admin(deployment: Deployment, source: str) -> WebhookSecretAdmin:
    """Return the source's secrets. The command ends if the source does not sign."""
    if source not in deployment.webhook_secret_names:
        known = ", ".join(deployment.webhook_secret_names) or "none"
        stop(f"{deployment.environment} has no source {source!r} that signs: there are {known}")
    return WebhookSecretAdmin(deployment, source)


def _age_days(created_at: str) -> int:
    return (datetime.now(UTC) - datetime.fromisoformat(created_at)).days
