"""`ingest source check` compares the checkout's entry with the deployed one, and both may lack."""

import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from ingestion.cli import app
from ingestion.cli.checkout import Checkout
from ingestion.cli.login.known import login_file
from tests.integration.cloud import Cloud
from tests.integration.commands.output import message
from tests.integration.conftest import Ingest
from tests.integration.status.source_check.conftest import Check, Deploy, finding, problems
from tests.support.factories import Json

WriteCatalog = Callable[..., None]
NEW: Json = {"path": "n", "entities": ["CONTRACT"], "auth": "api_key"}


def static(checkout: Checkout, *arguments: str) -> Result:
    """Run the command in a checkout that knows no environment."""
    runner = CliRunner(env={"COLUMNS": "1000", "INGEST_URL": ""})
    return runner.invoke(app.app, ["source", "check", *arguments], obj=checkout)


@pytest.mark.usefixtures("mapped")
def test_the_same_entry_needs_no_deployment(check: Check, deploy: Deploy) -> None:
    deploy()

    shown = check()

    assert (shown["entry"]["state"], shown["entry"]["different_keys"]) == ("same", [])
    assert shown["entry"]["url"] == "https://api.example.com/b"


@pytest.mark.usefixtures("mapped")
def test_a_different_entry_names_its_keys_and_the_command_that_deploys(
    check: Check, run: Ingest, deploy: Deploy, checkout: Checkout
) -> None:
    deploy(sourceB={"rate_per_second": 7, "success": 200})
    dev = checkout.outputs_file("dev")
    dev.parent.mkdir()
    dev.write_text(checkout.outputs_file("local").read_text())

    shown = check()
    other = run("source", "check", "sourceB", "--env", "dev").stdout

    assert shown["entry"]["state"] == "differs"
    assert finding(shown, "differs")["text"] == (
        "The entry of sourceB in config/sources.yaml differs from the one that is deployed in"
        " local, in success, rate_per_second: deploy the catalog."
    )
    assert finding(shown, "differs")["command"] == "make up"
    assert "\n  Next: make deploy ENV=dev\n" in other


def test_a_source_that_is_not_deployed_is_checked_in_the_checkout_only(
    check: Check, deploy: Deploy, write_catalog: WriteCatalog
) -> None:
    deploy()
    write_catalog(sourceN=NEW)

    shown = check("sourceN")

    assert problems(shown) == [("entry", "not_deployed")]
    assert finding(shown, "not_deployed")["command"] == "make up"
    assert shown["credential"] == {"auth": "api_key", "live": None, "newest_added_at": None}
    unknown = [name for name in shown if shown[name] is None]
    assert unknown == ["samples", "coverage", "last_events", "refusals", "state"]


@pytest.mark.usefixtures("mapped")
def test_a_source_without_an_entry_is_to_be_closed_before_it_is_removed(
    check: Check, deploy: Deploy, checkout: Checkout
) -> None:
    deploy()
    sources = {"sourceN": NEW}
    checkout.catalog_file.write_text(json.dumps({"sources": sources}))

    shown = check()

    assert finding(shown, "not_in_checkout")["command"] == "ingest close sourceB"
    assert shown["samples"] is None


def test_without_an_environment_only_the_checkout_is_checked(checkout: Checkout) -> None:
    checkout.outputs_file("local").unlink()

    result = static(checkout, "sourceB")

    assert result.exit_code == 4
    assert "The source is not deployed: only the checkout is checked." in result.stdout
    assert "\n  Next: make up\n" in result.stdout


def test_an_environment_that_is_named_must_be_known(checkout: Checkout) -> None:
    result = static(checkout, "sourceB", "--env", "prd")

    assert result.exception is not None
    assert "'prd' has no outputs.json in .stack/ and no login" in str(result.exception)


def test_an_unknown_source_is_refused_with_the_known_ones(run: Ingest, deploy: Deploy) -> None:
    deploy(sourceN=NEW)

    result = run("source", "check", "sorceB")

    assert result.exit_code == 2
    assert message(result) == (
        "the catalog has no source 'sorceB': there are sourceA, sourceB, sourceC, documents,"
        ' sourceN; did you mean "sourceB"?'
    )


@pytest.fixture
def logged_in(deploy: Deploy, checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """Log in to the environment, and return a folder that is no checkout."""
    deploy()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(checkout.root / "config-of-the-user"))
    bucket = json.loads(checkout.outputs_file("local").read_text())["login_bucket_name"]
    outside = Checkout(checkout.root / "site-packages")
    login = ["login", "--bucket", bucket, "--env", "theirs"]
    assert CliRunner().invoke(app.app, login, obj=outside).exit_code == 0
    return outside


@pytest.mark.usefixtures("mapped", "cloud")
def test_a_login_suffices_without_a_checkout(logged_in: Checkout) -> None:
    result = static(logged_in, "sourceB", "-o", "json")

    shown = json.loads(result.stdout)
    assert shown["entry"]["state"] == "no_checkout"
    assert problems(shown) == [("last_events", "no_events")]
    assert finding(shown, "no_events")["command"] == "ingest send FILE --source sourceB"


@pytest.mark.usefixtures("mapped")
def test_a_login_of_an_older_version_is_its_own_catalog(logged_in: Checkout) -> None:
    file = login_file("theirs")
    document = json.loads(file.read_text())
    del document["login_bucket_name"]
    file.write_text(json.dumps(document))

    result = static(logged_in, "sourceB", "-o", "json")

    assert json.loads(result.stdout)["entry"]["state"] == "no_checkout"


@pytest.mark.usefixtures("mapped")
def test_outputs_that_are_older_than_the_deployment_suffice(
    check: Check, deploy: Deploy, checkout: Checkout
) -> None:
    deploy()
    file = checkout.outputs_file("local")
    outputs = json.loads(file.read_text())
    for names in ("queue_urls", "dead_letter_queue_urls", "api_keys"):
        del outputs[names]["sourceB"]
    file.write_text(json.dumps(outputs))

    shown = check()

    assert shown["entry"]["state"] == "same"
    assert shown["state"]["waiting"] == 0
    assert shown["credential"]["live"] is None


def test_outputs_that_name_no_bucket_are_to_be_written_again(
    run: Ingest, deploy: Deploy, checkout: Checkout
) -> None:
    deploy()
    file = checkout.outputs_file("local")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"login_bucket_name": None}))

    result = run("source", "check", "sourceB")

    assert str(result.exception) == (
        "the outputs of local lack login_bucket_name: run `make up` again, or"
        " `ingest login --bucket NAME`"
    )


def test_a_bucket_without_the_catalog_is_named(
    run: Ingest, cloud: Cloud, deploy: Deploy, checkout: Checkout
) -> None:
    deploy()
    bucket = json.loads(checkout.outputs_file("local").read_text())["login_bucket_name"]
    cloud.s3.delete_object(Bucket=bucket, Key="environment.json")

    result = run("source", "check", "sourceB")

    assert f"bucket '{bucket}' has no environment.json" in str(result.exception)
