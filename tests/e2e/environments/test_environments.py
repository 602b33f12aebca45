"""Environments in one account do not affect each other: two regions, two names."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import pytest

from ingestion.cli.environment import Deployment
from ingestion.cli.sources import actions
from tests.e2e.conftest import copy_checkout, emulated, free_port
from tests.e2e.environments.account import Account, add_environment
from tests.e2e.platform import EQUIPMENT, in_index, post
from tests.support.browser.waiting import wait_for
from tests.support.terraform import provider

ONE_SOURCE = """
sources:
  sourceA:
    path: a
    entities: [EQUIPMENT]
    auth: api_key
"""
START = """
from infra.tools.stack.local_environment import LocalEnvironment
stack = LocalEnvironment()
stack.package()
stack.emulator.start()
print(stack.target.zip_file)
"""
ENVIRONMENTS = ("home", "namesake", "neighbour")


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """Deploy `home`, `namesake` (same name, another region) and `neighbour` (same region)."""
    checkout = copy_checkout(tmp_path_factory.mktemp("checkout"), free_port())
    port = str(checkout.port)
    (checkout.directory / "config" / "sources.yaml").write_text(ONE_SOURCE)
    add_environment(checkout, "home", "local", "us-east-1", has_key=False)
    add_environment(checkout, "namesake", "local", "eu-west-1", has_key=True)
    add_environment(checkout, "neighbour", "neighbour", "us-east-1", has_key=False)
    package = checkout.run("-c", START, port=port).stdout.strip()
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        stack.callback(checkout.stack, "reset", port=port)
        providers = {
            file: stack.enter_context(
                provider.running(tmp_path_factory.mktemp(file), **emulated(checkout.port))
            )
            for file in ENVIRONMENTS
        }
        account = Account(checkout, url, package, providers)
        unprepared = replace(account, providers={})  # A deploy uses the provider at this time.
        with ThreadPoolExecutor(3) as pool:
            bootstrap = pool.submit(unprepared.stack, "bootstrap", "namesake", "--yes")
            # The provider waits for a lifecycle rule for most of a minute.
            wait_for(lambda: bootstrap.done() or "environments-tfstate" in account.buckets())
            list(pool.map(account.deploy, ENVIRONMENTS))
            bootstrap.result()
        yield account


def stored(deployment: Deployment) -> set[str]:
    return set(in_index(deployment, "EQUIPMENT"))


def wait_until_stored(deployment: Deployment, equipment_id: str) -> None:
    wait_for(lambda: f"EQUIPMENT#{equipment_id}" in stored(deployment))


def test_an_event_is_stored_only_in_its_own_environment(account: Account) -> None:
    environments = {file: account.deployment(file) for file in ENVIRONMENTS}

    statuses = [
        post(environment, "a", EQUIPMENT | {"body": {"equipment_id": f"only-in-{file}"}}).status
        for file, environment in environments.items()
    ]

    assert statuses == [202, 202, 202]
    for file, environment in environments.items():
        wait_until_stored(environment, f"only-in-{file}")
        others = {f"EQUIPMENT#only-in-{other}" for other in environments if other != file}
        assert not others & stored(environment)


def test_a_key_is_valid_only_in_its_own_environment(account: Account) -> None:
    namesake, neighbour = account.deployment("namesake"), account.deployment("neighbour")

    response = post(namesake.model_copy(update={"api_keys": neighbour.api_keys}), "a", EQUIPMENT)

    assert response.status == 403


def test_a_second_bootstrap_changes_nothing(account: Account) -> None:
    own_tags = [{"Key": "owner", "Value": "me"}]
    bucket = "environments-tfstate"
    account.s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": own_tags})

    again = account.stack("bootstrap", "neighbour", "--yes")

    assert account.s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == own_tags
    assert "The state of neighbour is in bucket environments-tfstate" in again.stderr
    assert "No changes." in again.stdout


def test_no_plan_file_remains(account: Account) -> None:
    assert not list((account.checkout.directory / ".stack").rglob("*.tfplan"))


def test_a_locked_state_stops_a_deploy_and_the_message_names_the_owner(account: Account) -> None:
    state = {"Bucket": "environments-tfstate", "Key": "namesake.tfstate"}
    holder = {"ID": "7d1f", "Who": "somebody@elsewhere", "Operation": "OperationTypeApply"}
    before = account.s3.head_object(**state)["ETag"]
    lock = {"Bucket": state["Bucket"], "Key": "namesake.tfstate.tflock"}
    account.s3.put_object(**lock, Body=json.dumps(holder))

    result = account.stack("deploy", "namesake", "--yes", check=False)
    account.s3.delete_object(**lock)

    assert result.returncode == 1
    assert "somebody@elsewhere" in result.stderr
    assert "another run holds the environment's state" in result.stderr
    assert account.s3.head_object(**state)["ETag"] == before


def test_a_new_deployment_with_a_paused_source_has_no_drift(account: Account) -> None:
    namesake = account.deployment("namesake")
    actions.pause_source(namesake, "sourceA")

    result = account.stack("drift", "namesake", check=False)
    state = actions.read_states(namesake, namesake.queue_urls)["sourceA"]
    actions.resume_source(namesake, "sourceA")

    assert result.returncode == 0, result.stdout + result.stderr
    assert "No drift: namesake matches the code." in result.stdout
    assert state.is_paused


def test_drift_lists_outside_changes_and_unapplied_changes(account: Account) -> None:
    namesake = account.deployment("namesake")
    url = namesake.queue_urls["sourceA"]
    namesake.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "7"})
    variables = account.checkout.directory / "config" / "namesake.tfvars"
    variables.write_text(variables.read_text() + "audit_retention_days = 30\n")

    result = account.stack("drift", "namesake", check=False)

    assert result.returncode == 2
    said = re.sub(r"\x1b\[[\d;]*m", "", result.stdout)
    assert re.search(r"~ visibility_timeout_seconds +=  ?7 -> 60", said)
    assert "aws_cloudwatch_log_group.audit will be updated in-place" in said
    assert "Plan: 0 to add, 2 to change, 0 to destroy." in said
    assert "Drift: namesake differs from the code, see the plan above." in said


def test_an_environment_with_data_is_destroyed_only_by_force_and_without_others(
    account: Account,
) -> None:
    home, namesake, neighbour = map(account.deployment, ENVIRONMENTS)
    namesake.client("sqs").send_message(
        QueueUrl=namesake.dead_letter_queue_urls["sourceA"],
        MessageBody="dead",
        MessageGroupId="g",
        MessageDeduplicationId="d",
    )
    namesake.client("s3").put_object(Bucket=namesake.bucket_name, Key="reports/r.json", Body=b"{}")
    wait_for(lambda: stored(namesake))

    refused = account.stack("destroy", "namesake", "--yes", check=False)
    kept = stored(namesake)
    account.stack("destroy", "namesake", "--yes", "--force")

    assert refused.returncode == 1
    for holding in (
        f"table {namesake.table_name} holds",
        "queue ingestion-local-sourceA-dlq.fifo holds 1 message",
        f"bucket {namesake.bucket_name} holds 1 object",
    ):
        assert holding in refused.stderr
    assert kept
    assert namesake.client("dynamodb").list_tables()["TableNames"] == []
    for remaining in (home, neighbour):
        response = post(remaining, "a", EQUIPMENT | {"body": {"equipment_id": "after-it"}})
        assert response.status == 202
        wait_until_stored(remaining, "after-it")
