"""The command that makes an environment known without a checkout."""

import re
from pathlib import Path
from typing import Annotated

import typer
from pydantic_core import from_json, to_json

from ingestion.cli.environment import new_client
from ingestion.cli.login.deployed import read_environment
from ingestion.cli.login.known import login_file
from ingestion.cli.login.private_file import create_private_folder, write_private
from ingestion.cli.output import console
from ingestion.cli.start.completion import complete_environment

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII | re.IGNORECASE)


def login(
    bucket: Annotated[str, typer.Option(help="The output login_bucket_name of the environment.")],
    env: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            autocompletion=complete_environment,
            help="A name for it here (default: its own name).",
        ),
    ] = "",
    region: Annotated[str | None, typer.Option(help="The region of the bucket.")] = None,
    endpoint_url: Annotated[str | None, typer.Option(help="The address of an emulator.")] = None,
) -> None:
    """Keep an environment's names and URLs, so that commands need no checkout: --env NAME."""
    document = read_environment(new_client("s3", region, endpoint_url), bucket)
    document["login_bucket_name"] = bucket
    if endpoint_url:
        document["endpoint_url"] = endpoint_url
    name = env or document["environment"]
    if not _NAME.fullmatch(name):
        raise typer.BadParameter("must consist of a-z, 0-9 and -", param_hint="--env")
    file = login_file(name)
    if not env:
        _refuse_replacement(file, document["api_url"])
    create_private_folder(file.parent)
    write_private(file, to_json(document, indent=2).decode())
    console.print(f"Commands with --env {name} now use {document['api_url']}")


def _refuse_replacement(file: Path, api_url: str) -> None:
    """End the command if there is a login of this name to another environment."""
    try:
        known = from_json(file.read_bytes())["api_url"]
    except (FileNotFoundError, ValueError, LookupError, TypeError):  # None, or a damaged one.
        return
    if known != api_url:
        raise typer.BadParameter(
            f"{file.stem} is already the name of {known}: --env {file.stem} replaces that login,"
            " and another --env NAME keeps both",
            param_hint="--env",
        )
