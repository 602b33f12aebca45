"""A command that a message names acts on the environment of the message."""

import json
from pathlib import Path

import boto3
import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.login.known import login_file, next_command
from tests.integration.cloud import Cloud
from tests.integration.commands.gateway import Gateway
from tests.integration.commands.output import message
from tests.integration.conftest import Ingest
from tests.support.factories import contract, event

PROD = ("--env", "prod")


@pytest.fixture
def prod(cloud: Cloud, gateway: Gateway, run: Ingest, checkout: Checkout) -> Ingest:
    """Run `ingest … --env prod` in a checkout that knows only prod."""
    cloud.store(event(contract("c-1"), id="7"))
    assert cloud.s3
    gateway.is_working = False
    name = cloud.outputs["table_name"]
    boto3.client("secretsmanager").create_secret(Name=name)
    local = checkout.outputs_file("local")
    outputs = json.loads(local.read_text()) | {"webhook_secret_names": {"sourceB": name}}
    file = checkout.outputs_file("prod")
    file.parent.mkdir()
    file.write_text(json.dumps(outputs))
    local.unlink()
    return lambda *arguments, **more: run(*arguments, *PROD, **more)


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        (
            ["secrets", "list", "--source", "sourceB"],
            "run `ingest secrets add --source sourceB --env prod`",
        ),
        (["files", "show", "0" * 32], "`ingest files list --env prod` prints their ids"),
        (
            ["put", "CONTRACT", "c-1", "--set", "contract_name=x", "--wait", "0.1"],
            "If `ingest get CONTRACT c-1 --env prod` does not show it soon, see"
            " `ingest dlq list --source operator --env prod`",
        ),
        (
            ["list", "CONTRACT", "--changed-since", "1h"],
            "ingest entities reindex --env prod",
        ),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else "",
)
def test_a_printed_command_names_the_environment(
    prod: Ingest, command: list[str], printed: str
) -> None:
    assert printed in message(prod(*command))


def test_a_printed_command_names_local_if_a_url_is_the_default(
    cloud: Cloud, run: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cloud.s3
    monkeypatch.setenv("INGEST_URL", "https://api.example.com/b")

    result = run("files", "show", "0" * 32, "--env", "local")

    assert "`ingest files list --env local` prints their ids" in message(result)


def test_a_printed_command_omits_the_only_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("INGEST_URL", raising=False)
    file = login_file("prod")
    file.parent.mkdir()
    file.write_text("{}")
    elsewhere = Checkout(tmp_path / "no-checkout")

    printed = [next_command(["dlq", "list"], name, elsewhere) for name in ("prod", "local")]

    assert printed == ["ingest dlq list", "ingest dlq list --env local"]
