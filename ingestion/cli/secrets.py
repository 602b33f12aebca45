"""The webhook secrets of a source or a subscriber: the commands that list, add and retire them."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import ValidationError

from ingestion.auth.live_secrets import MAX_LIVE, SECRETS, LiveSecret, live_secrets
from ingestion.auth.source_secrets import (
    bytes_of_secret,
    new_secret_of,
    require_long_enough,
)
from ingestion.auth.standard_webhooks import new_secret, secret_bytes
from ingestion.cli.environment import Deployment
from ingestion.cli.options import Columns, Env, Shown
from ingestion.cli.output import ExitCode, console, exit_with_error, print_data, require_known
from ingestion.cli.start.columns import COLUMNS
from ingestion.cli.start.completion import complete_source
from ingestion.cli.tables import choose_columns
from ingestion.cli.terminal.confirmation import confirm
from ingestion.cli.terminal.secret_line import read_secret_line
from ingestion.errors import IngestionError

app = typer.Typer(
    no_args_is_help=True,
    help="The secrets of sources (auth: hmac, basic or bearer), and of subscribers.",
)

Owner = Annotated[
    str,
    typer.Option(
        "--source",
        autocompletion=complete_source,
        help="A source of the catalog, or 'subscriber NAME'.",
    ),
]
Version = tuple[str | None, list[LiveSecret]]  # Its id, None before the first; its secrets.

_CURRENT, _PENDING = "AWSCURRENT", "AWSPENDING"  # The second as in AWS's own rotations.


class SecretsError(IngestionError):
    """The stored secrets are invalid, are too many, or were changed by someone else meanwhile."""


@app.command()
def add(
    deployment: Env,
    source: Owner,
    from_stdin: Annotated[
        bool,
        typer.Option(
            "--from-stdin",
            help="Import the sender's secret, one line in UTF-8, and print none. A terminal asks"
            " for it, and does not show it.",
        ),
    ] = False,
) -> None:
    """Add a secret and print it once.

    The API accepts requests signed with it within 5 seconds. A subscriber's changes are signed with
    it within 65 seconds, and with the older secrets too.
    """
    version_id, live = read_secrets(deployment, source)
    if len(live) >= MAX_LIVE:
        raise SecretsError(f"{MAX_LIVE} secrets are live: retire one first")
    added = _imported_secret(deployment, source) if from_stdin else _made_secret(deployment, source)
    for known in live:
        if known.secret == added.secret:
            raise SecretsError(f"{known.secret_id} is live already: this secret was added before")
    subject = {"source": source, "secret_id": added.secret_id}
    deployment.audit_log.write("add_secret", [subject])
    _write_secrets(deployment, source, (version_id, [*live, added]))
    if from_stdin:
        console.print(f"Imported {added.secret_id} of {source}.")
        return
    console.print(f"Secret {added.secret_id} of {source}, which is not shown again:")
    sys.stdout.write(f"{added.secret}\n")


def _made_secret(deployment: Deployment, owner: str) -> LiveSecret:
    source = deployment.catalog.sources.get(owner)
    return LiveSecret.new(new_secret_of(owner, source) if source else new_secret())


def _imported_secret(deployment: Deployment, owner: str) -> LiveSecret:
    """Return the secret on standard input. Raises SecretsError without repeating the secret."""
    source = deployment.catalog.sources.get(owner)
    try:
        text = read_secret_line(f"Secret of {owner}, which is not shown: ")
        imported = LiveSecret.new(text)
        _ = bytes_of_secret(source, text) if source else secret_bytes(text)
        if source:
            require_long_enough(source, text)
    except ValidationError as error:
        detail = "must be one line of 1 to 1024 characters, without blanks at its ends"
        raise SecretsError(f"the secret of {owner} {detail}") from error
    except ValueError as error:
        detail = str(error) if str(error).startswith("must") else "is not base64 after whsec_"
        raise SecretsError(f"the secret of {owner} {detail}") from error
    return imported


@app.command(name="list")
def list_secrets(
    deployment: Env, source: Owner, columns: Columns = None, output: Shown = "table"
) -> None:
    """List the ids and ages of the live secrets, but not the secrets."""
    rows = []
    for secret in read_secrets(deployment, source)[1]:
        created_at = secret.created_at
        age = datetime.now(UTC) - datetime.fromisoformat(created_at)
        rows.append({"id": secret.secret_id, "created_at": created_at, "age_days": age.days})
    table = (COLUMNS["secrets list"], [row.values() for row in rows])
    print_data(output, rows, choose_columns(table, columns))
    if not rows:
        command = deployment.command("secrets", "add", "--source", source)
        console.print(f"{source} has no secret: run `{command}`")


@app.command()
def retire(
    deployment: Env,
    secret_id: Annotated[str, typer.Argument(help="The id that `list` shows.")],
    source: Owner,
    yes: Annotated[
        bool, typer.Option("--yes", help="Retire the last secret without asking.")
    ] = False,
) -> None:
    """Retire a secret.

    After 65 seconds at most, the API rejects requests signed with it, and no change is signed with
    it.
    """
    version_id, live = read_secrets(deployment, source)
    left = [secret for secret in live if secret.secret_id != secret_id]
    if len(left) == len(live):
        exit_with_error(f"{source} has no live secret {secret_id!r}", ExitCode.NOT_FOUND)
    if not left:
        confirm(
            f"This is the last secret of {source}. Without a secret, a source cannot send and a"
            " subscriber receives nothing. Retire it?",
            yes=yes,
        )
    deployment.audit_log.write("retire_secret", [{"source": source, "secret_id": secret_id}])
    _write_secrets(deployment, source, (version_id, left))
    console.print(f"Retired {secret_id}.")


def read_secrets(deployment: Deployment, source: str) -> Version:
    """Return the live secrets of a source or subscriber, oldest first. Raises SecretsError.

    The command ends if there is no secret of this name.
    """
    name, client = _secret_name(deployment, source), deployment.client("secretsmanager")
    try:
        response = client.get_secret_value(SecretId=name, VersionStage=_CURRENT)
        return response["VersionId"], live_secrets(response)
    except client.exceptions.ResourceNotFoundException:
        return None, []
    except ValidationError as error:
        raise SecretsError(f"{name} does not hold a list of valid secrets") from error


def _secret_name(deployment: Deployment, source: str) -> str:
    subscribers = deployment.subscriber_secret_names
    names = deployment.webhook_secret_names | {
        f"subscriber {subscriber}": name for subscriber, name in subscribers.items()
    }
    require_known(deployment.environment, "secret of", source, names)
    return names[source]


def _write_secrets(deployment: Deployment, source: str, version: Version) -> None:
    """Store the secrets, and make them current if the version that was read still is.

    Raises SecretsError.
    """
    read_id, live = version
    name, client = _secret_name(deployment, source), deployment.client("secretsmanager")
    text = SECRETS.dump_json(live).decode()
    put = client.put_secret_value(SecretId=name, SecretString=text, VersionStages=[_PENDING])
    if _CURRENT in put["VersionStages"]:  # The first version is current at once.
        return
    move = {"VersionStage": _CURRENT, "MoveToVersionId": put["VersionId"]}
    replaced = {"RemoveFromVersionId": read_id} if read_id else {}
    known = client.exceptions
    try:
        client.update_secret_version_stage(SecretId=name, **move, **replaced)
    except (known.InvalidParameterException, known.ResourceNotFoundException) as error:
        command = deployment.command("secrets", "list", "--source", source)
        raise SecretsError(
            f"another person changed {name} at the same time, so nothing was changed:"
            f" run `{command}`, then repeat the command"
        ) from error
