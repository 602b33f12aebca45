"""What stops a command before anything is done, and what would be right instead."""

import io
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from infra.tools import app
from infra.tools.deploy import config
from infra.tools.deploy.environments import Stack
from infra.tools.errors import SetupError

VARIABLES = 'environment = "dev"\nregion      = "eu-central-1"\n'
BACKEND = 'bucket = "states"\nkey    = "dev"\nregion = "eu-west-1"\n'


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An account that holds nothing yet, and the variables of its one environment."""
    monkeypatch.setattr(config, "CONFIG", tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    variables = tmp_path / "dev.tfvars"
    variables.write_text(VARIABLES)
    (tmp_path / "dev.s3.tfbackend").write_text(BACKEND)
    with mock_aws():
        yield variables


@pytest.mark.usefixtures("dev")
def test_without_a_bucket_for_the_state_it_says_which_command_makes_it() -> None:
    with pytest.raises(SetupError, match=r"Bucket states.*is not there.*`make bootstrap ENV=dev`"):
        Stack("dev").init()


@pytest.mark.parametrize("command", [app.deploy, app.bootstrap, app.destroy])
def test_credentials_of_another_account_do_nothing(dev: Path, command: object) -> None:
    dev.write_text(f'{VARIABLES}account_id = "999999999999"\n')

    with pytest.raises(SetupError, match="of account 123456789012, but dev belongs into 999"):
        command("dev", yes=True)  # type: ignore[operator]

    assert boto3.client("s3").list_buckets()["Buckets"] == []


@pytest.mark.usefixtures("dev")
@pytest.mark.parametrize("command", [app.deploy, app.bootstrap, app.destroy, app.drift])
def test_an_environment_without_files_is_no_environment(command: object) -> None:
    arguments = {} if command is app.drift else {"yes": True}

    with pytest.raises(SetupError, match=r"no environment 'prod' in config/, but dev"):
        command("prod", **arguments)  # type: ignore[operator]


@pytest.mark.usefixtures("dev")
@pytest.mark.parametrize("command", [app.deploy, app.bootstrap, app.destroy])
def test_with_nobody_to_ask_nothing_is_done(
    command: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))

    with pytest.raises(SetupError, match="YES=1"):
        command("dev")  # type: ignore[operator]


@pytest.mark.usefixtures("dev")
def test_a_bootstrap_makes_the_bucket_and_a_second_one_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    app.bootstrap("dev", yes=True)
    first = capsys.readouterr().err
    app.bootstrap("dev", yes=True)
    second = capsys.readouterr().err

    bucket = Stack("dev").state_bucket
    assert bucket.exists()
    assert bucket.missing() == {}
    assert "Set TLS only." in first
    assert "Set " not in second


def test_the_local_stack_is_not_deployed() -> None:
    with pytest.raises(SetupError, match="`make up`"):
        app.deploy("local", yes=True)
