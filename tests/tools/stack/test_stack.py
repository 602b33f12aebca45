"""Commands stop before any change, and say what would be right."""

from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from infra.tools.app import app
from infra.tools.deploy.environments import Environment
from infra.tools.errors import SetupError

VARIABLES = 'environment = "dev"\nregion      = "eu-central-1"\n'
BACKEND = 'bucket = "states"\nkey    = "dev"\nregion = "eu-west-1"\n'


Tool = Callable[..., Result]


def write_environment(root: Path) -> None:
    """Write the two files of the environment dev."""
    (root / "config").mkdir()
    (root / "config" / "dev.tfvars").write_text(VARIABLES)
    (root / "config" / "dev.s3.tfbackend").write_text(BACKEND)


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty account, and a checkout with one environment."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    write_environment(tmp_path)
    with mock_aws():
        yield tmp_path


@pytest.fixture
def run(dev: Path) -> Tool:
    """Run a command with the files of that environment, without a terminal."""

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments, obj=dev, input="yes\n", catch_exceptions=False)

    return invoke


def test_the_error_for_a_missing_state_bucket_names_the_command(dev: Path) -> None:
    with pytest.raises(
        SetupError, match=r"Bucket states.*does not exist.*`make bootstrap ENV=dev`"
    ):
        Environment("dev", dev).init()


@pytest.mark.parametrize("command", ["deploy", "bootstrap", "destroy"])
def test_credentials_of_another_account_change_nothing(dev: Path, run: Tool, command: str) -> None:
    (dev / "config" / "dev.tfvars").write_text(f'{VARIABLES}account_id = "999999999999"\n')

    with pytest.raises(SetupError, match="of account 123456789012, but dev belongs to 999"):
        run(command, "dev", "--yes")

    assert boto3.client("s3").list_buckets()["Buckets"] == []


@pytest.mark.parametrize("command", ["deploy --yes", "bootstrap --yes", "destroy --yes", "drift"])
def test_an_environment_without_files_is_unknown(run: Tool, command: str) -> None:
    with pytest.raises(SetupError, match=r"no environment 'prod' in config/, but dev"):
        run(*command.split(), "prod")


@pytest.mark.parametrize("command", ["deploy", "bootstrap", "destroy"])
def test_without_a_terminal_nothing_is_done(run: Tool, command: str) -> None:
    with pytest.raises(SetupError, match="YES=1"):
        run(command, "dev")


def test_the_local_stack_is_not_deployed(run: Tool) -> None:
    for command in ("deploy", "bootstrap"):
        with pytest.raises(SetupError, match="`make up`"):
            run(command, "local", "--yes")
