"""`ingest put` corrects an entity through the API."""

import json
from typing import Any

import boto3
import pytest

from tests.integration.cloud import Cloud
from tests.integration.commands.gateway import Gateway
from tests.integration.commands.output import message
from tests.integration.conftest import AUDIT, Ingest
from tests.integration.http.conditions import store_ahead
from tests.support.factories import CANARY, contract, event, lines

C1 = ("CONTRACT", "c-1")


@pytest.fixture(autouse=True)
def _stored(cloud: Cloud, gateway: Gateway) -> None:  # noqa: ARG001 - every test needs it
    cloud.store(event(contract("c-1"), id="7"))


def audited() -> list[Any]:
    found = boto3.client("logs").filter_log_events(logGroupName=AUDIT)["events"]
    return lines("\n".join(line["message"] for line in found))


def test_put_changes_the_given_fields_only(cloud: Cloud, run: Ingest) -> None:
    result = run("put", *C1, "--set", "contract_name=Pumps", "--set", 'contract_type:="works"')

    assert result.exit_code == 0, result.output
    shown = [line.split() for line in result.stdout.splitlines()]
    assert ["contract_name", "Turbines", "Pumps"] in shown
    assert ["contract_type", "goods", "works"] in shown
    assert "contract_status" not in result.stdout
    assert "The correction is stored." in result.stderr
    stored = cloud.rows()["CONTRACT#c-1"]
    assert {name: stored[name] for name in contract()} == contract(
        "c-1", contract_name="Pumps", contract_type="works"
    )
    assert stored["_event"]["source"] == "operator"


def test_put_is_audited_with_the_event_and_without_values(cloud: Cloud, run: Ingest) -> None:
    run("put", *C1, "--set", f"contract_name={CANARY}")

    [line] = audited()
    event_id = cloud.rows()["CONTRACT#c-1"]["_event"]["id"]
    assert line.pop("actor").startswith("arn:aws:")
    assert line == {
        "action": "put_entity",
        "entity_name": "CONTRACT",
        "entity_id": "c-1",
        "event_id": event_id,
        "changed": ["contract_name"],
    }


def test_nothing_is_sent_if_the_audit_log_cannot_be_written(run: Ingest, gateway: Gateway) -> None:
    boto3.client("logs").delete_log_group(logGroupName=AUDIT)

    result = run("put", *C1, "--set", "contract_name=Pumps")

    assert "ResourceNotFoundException" in str(result.exception)
    assert gateway.corrections == []


def test_put_replaces_an_entity_whose_time_is_in_the_future(cloud: Cloud, run: Ingest) -> None:
    store_ahead(cloud)

    result = run("put", *C1, "--set", "contract_name=Pumps")

    assert result.exit_code == 0, result.output
    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "Pumps"


@pytest.mark.parametrize(
    ("options", "condition"), [([], "ETag"), (["--force"], "*")], ids=["read", "force"]
)
def test_put_names_the_version_that_it_read_unless_it_is_forced(
    cloud: Cloud, run: Ingest, gateway: Gateway, options: list[str], condition: str
) -> None:
    etag = cloud.read("CONTRACT/c-1", accept_encoding="gzip").headers["ETag"]

    run("put", *C1, "--set", "contract_name=Pumps", *options)

    [sent] = gateway.corrections
    assert sent["If-Match"] == (etag if condition == "ETag" else condition)


@pytest.mark.parametrize("file", ["-", "named"])
def test_put_reads_all_fields_from_a_file(
    cloud: Cloud, run: Ingest, tmp_path: Any, file: str
) -> None:
    document = json.dumps(contract("c-2", contract_name="Pumps"))
    name = "-" if file == "-" else str(tmp_path / "c.json")
    (tmp_path / "c.json").write_text(document)

    result = run("put", "CONTRACT", "c-2", name, stdin=document)

    assert result.exit_code == 0, result.output
    assert cloud.rows()["CONTRACT#c-2"]["contract_name"] == "Pumps"


def test_unset_removes_a_field(cloud: Cloud, run: Ingest) -> None:
    equipment = {"equipment_id": "e/1 ä", "cat_id": "42", "contract_id": "c-1"}
    cloud.store(event(equipment, entity_name="EQUIPMENT", source="sourceA"))

    result = run("put", "EQUIPMENT", "e/1 ä", "--unset", "cat_id")

    assert result.exit_code == 0, result.output
    assert "cat_id" not in cloud.rows()["EQUIPMENT#e/1 ä"]


def test_a_dry_run_sends_and_audits_nothing(run: Ingest, gateway: Gateway) -> None:
    result = run("put", *C1, "--set", "contract_name=Pumps", "--dry-run")

    assert result.exit_code == 0
    assert "Pumps" in result.stdout
    assert (gateway.corrections, audited()) == ([], [])


def test_the_same_values_are_not_sent(run: Ingest, gateway: Gateway) -> None:
    result = run("put", *C1, "--set", "contract_name=Turbines")

    assert result.exit_code == 0
    assert "has these values already" in result.stderr
    assert gateway.corrections == []


def test_a_correction_that_is_not_stored_in_time_is_accepted_nevertheless(
    run: Ingest, gateway: Gateway
) -> None:
    gateway.is_working = False

    waited = run("put", *C1, "--set", "contract_name=Pumps", "--wait", "0.1")
    unwaited = run("put", *C1, "--set", "contract_name=Pumps", "--wait", "0")

    assert (waited.exit_code, unwaited.exit_code) == (0, 0)
    assert message(unwaited).startswith("Accepted: event ")
    assert "Waiting until it is stored." in message(waited)
    assert "Waiting" not in unwaited.stderr
    assert "not stored within" not in unwaited.stderr
    assert "The correction was not stored within 0.1 s" in message(waited)
    assert "dlq list --source operator" in message(waited)


def test_a_correction_is_accepted_also_if_it_cannot_be_read(run: Ingest, gateway: Gateway) -> None:
    gateway.before_corrections.append(lambda: setattr(gateway, "is_readable", False))

    result = run("put", *C1, "--set", "contract_name=Pumps", "--wait", "0.1")

    assert result.exit_code == 0, result.output
    assert "The correction was not stored within 0.1 s" in message(result)
