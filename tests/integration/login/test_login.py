"""`ingest login` makes an environment known to this user, with no checkout and no key."""

import json
from functools import partial
from pathlib import Path

import boto3
import pytest
from typer.testing import CliRunner, Result

from ingestion.cli import app
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.cli.login.known import login_file
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.used_grants import RecordingSession
from tests.support.canned import aws_error
from tests.support.factories import Json, catalog_document, event

BUCKET = "ingestion-test-packages"


@pytest.fixture(autouse=True)
def users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config-of-the-user"))
    monkeypatch.delenv("INGEST_KEY", raising=False)


@pytest.fixture
def described(run: Ingest, checkout: Checkout) -> Json:  # noqa: ARG001 - writes outputs
    """Put what Terraform writes into the bucket, and return it."""
    outputs = json.loads(checkout.outputs_file("local").read_text())
    names = {name: value for name, value in outputs.items() if "api_key" not in name}
    document: Json = names | {"environment": "prod"} | catalog_document()
    s3 = boto3.client("s3")
    s3.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    s3.put_object(Bucket=BUCKET, Key="environment.json", Body=json.dumps(document).encode())
    return document


@pytest.fixture
def outside(tmp_path: Path) -> Ingest:
    """Run `ingest …` outside any checkout."""
    runner = CliRunner(env={"COLUMNS": "1000"})
    return partial(_invoke, runner, Checkout(tmp_path / "site-packages"))


def _invoke(runner: CliRunner, checkout: Checkout, *arguments: str) -> Result:
    return runner.invoke(app.app, arguments, obj=checkout)


def test_after_a_login_commands_need_no_checkout(
    cloud: Cloud, described: Json, outside: Ingest
) -> None:
    cloud.store(event())

    login = outside("login", "--bucket", BUCKET)
    listed = outside("list", "CONTRACT", "-o", "json")
    sources = outside("sources", "--env", "prod", "-o", "json")

    assert login.exit_code == 0
    assert described["api_url"] in login.stderr
    assert len(json.loads(listed.stdout)) == 1
    assert {row["source"] for row in json.loads(sources.stdout)} == set(described["sources"])


def test_a_login_may_have_another_name_here(described: Json, outside: Ingest) -> None:
    assert described

    assert outside("login", "--bucket", BUCKET, "--env", "theirs").exit_code == 0

    assert json.loads(login_file("theirs").read_text())["environment"] == "prod"
    assert outside("sources", "--env", "theirs").exit_code == 0


def test_a_login_is_readable_by_its_user_only(described: Json, outside: Ingest) -> None:
    assert described
    login_file("prod").parent.mkdir(parents=True, mode=0o755)

    outside("login", "--bucket", BUCKET)

    file = login_file("prod")
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert list(file.parent.iterdir()) == [file]


def test_another_environment_of_the_same_name_is_replaced_only_by_its_name(
    described: Json, outside: Ingest
) -> None:
    assert outside("login", "--bucket", BUCKET).exit_code == 0
    assert outside("login", "--bucket", BUCKET).exit_code == 0
    other = described | {"api_url": "https://of-another-account.example.com"}
    boto3.client("s3").put_object(
        Bucket=BUCKET, Key="environment.json", Body=json.dumps(other).encode()
    )

    refused = outside("login", "--bucket", BUCKET)
    kept = Deployment.load("prod", Checkout(Path("/nowhere"))).api_url
    replaced = outside("login", "--bucket", BUCKET, "--env", "prod")

    assert (refused.exit_code, kept, replaced.exit_code) == (2, described["api_url"], 0)
    assert f"prod is already the name of {kept}: --env prod replaces that login" in refused.stderr
    assert Deployment.load("prod", Checkout(Path("/nowhere"))).api_url == other["api_url"]


@pytest.mark.parametrize("content", ["{", "[]", "{}"])
def test_a_damaged_login_is_replaced(described: Json, outside: Ingest, content: str) -> None:
    file = login_file("prod")
    file.parent.mkdir(parents=True)
    file.write_text(content)

    assert outside("login", "--bucket", BUCKET).exit_code == 0

    assert json.loads(file.read_text())["api_url"] == described["api_url"]


def test_in_a_checkout_its_own_outputs_win(
    described: Json, outside: Ingest, checkout: Checkout
) -> None:
    assert outside("login", "--bucket", BUCKET, "--env", "local").exit_code == 0
    outputs = described | {"api_url": "https://of-the-checkout.example.com"}
    checkout.outputs_file("local").write_text(json.dumps(outputs))

    found = Deployment.load("local", checkout)

    assert found.api_url == "https://of-the-checkout.example.com"


def test_the_key_of_a_source_is_read_from_api_gateway_or_from_the_process(
    described: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = boto3.client("apigateway")
    key = gateway.create_api_key(name="ingestion-prod-sourceA", value="k" * 30)
    document = described | {"api_key_ids": {"sourceA": key["id"]}}
    deployment = Deployment.model_validate(document)

    read = deployment.find_api_key("sourceA")
    monkeypatch.setenv("INGEST_KEY", "of the process")
    given = deployment.find_api_key("sourceA")

    assert (read, given) == ("k" * 30, "of the process")


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        pytest.param(None, "NoSuchBucket", "there is no bucket", id="no bucket"),
        pytest.param(None, "NoSuchKey", "has no environment.json", id="no object"),
        pytest.param("{}", "", "is of another version", id="an older object"),
        pytest.param("not JSON", "", "is of another version", id="another object"),
        pytest.param(None, "AccessDenied", "you may not read s3://", id="no permission"),
        pytest.param(None, "ExpiredToken", "have expired (ExpiredToken): log in", id="expired"),
        pytest.param(None, "SlowDown", "SlowDown", id="any other error"),
    ],
)
def test_a_login_that_fails_says_why_and_keeps_nothing(
    described: Json,
    outside: Ingest,
    session: RecordingSession,
    content: str | None,
    code: str,
    message: str,
) -> None:
    assert described
    if content is not None:
        boto3.client("s3").put_object(Bucket=BUCKET, Key="environment.json", Body=content)

    with session.hooked(
        "before-call.s3.GetObject", lambda **_: aws_error(code, 403) if code else None
    ):
        result = outside("login", "--bucket", BUCKET)

    assert result.exit_code == 1
    assert message in str(result.exception)
    assert not login_file("prod").exists()


def test_a_name_that_is_no_file_name_is_refused(described: Json, outside: Ingest) -> None:
    assert described

    result = outside("login", "--bucket", BUCKET, "--env", "../elsewhere")

    assert result.exit_code == 2
    assert "must consist of a-z, 0-9 and -" in result.stderr


def test_an_unknown_environment_names_the_known_ones(described: Json, outside: Ingest) -> None:
    assert described
    outside("login", "--bucket", BUCKET)

    result = outside("sources", "--env", "prd")

    assert result.exit_code == 1
    assert "`ingest login --bucket NAME`" in str(result.exception)
    assert 'known are prod; did you mean "prod"?' in str(result.exception)


def test_a_login_that_was_damaged_names_the_command_to_repeat(
    described: Json, outside: Ingest
) -> None:
    assert described
    outside("login", "--bucket", BUCKET)
    login_file("prod").write_text("{")

    result = outside("sources", "--env", "prod")

    assert result.exit_code == 1
    assert "run `ingest login --bucket NAME` again" in str(result.exception)
