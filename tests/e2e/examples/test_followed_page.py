"""docs/sources.md: each command works in the order of the page, from a payload to an entity."""

import json

from ingestion.cli.environment import Deployment
from tests.e2e.examples.conftest import PAGE
from tests.e2e.platform import in_index, post
from tests.support.documents import examples, prose, scripts
from tests.support.examples import EXAMPLES


def printed(followed: dict[str, str], command: str) -> str:
    """Return what the one script with a command printed."""
    [output] = [output for script, output in followed.items() if command in script]
    return output


def test_only_the_deployment_to_aws_is_not_run(followed: dict[str, str]) -> None:
    [left_out] = {*scripts(PAGE)} - followed.keys()

    assert left_out.startswith("make deploy ENV=dev\n")


def test_the_posted_payload_is_accepted(followed: dict[str, str]) -> None:
    output = printed(followed, "curl ")

    [event] = json.loads(output[output.index('{"') :])["events"]
    assert event["status"] == "accepted"


def test_the_work_order_is_stored_with_the_values_of_its_rules(
    followed: dict[str, str], deployment: Deployment
) -> None:
    shown = printed(followed, "ingest get WORK_ORDER")

    assert "Replace the seal" in shown
    item = in_index(deployment, "WORK_ORDER")["WORK_ORDER#WO-1042"]
    assert item["status"] == {"S": "started"}
    assert item["hours"] == {"N": "3.5"}
    assert item["equipment_id"] == {"S": "pump-17"}


def test_a_payload_that_does_not_fit_is_refused_as_the_page_says(deployment: Deployment) -> None:
    [(_, payload)] = examples(PAGE, "json")
    body = payload.replace("IN_PROGRESS", "LOST").encode()

    response = post(deployment, "maintenance", body, key="maintenance")

    assert response.status == 422
    [error] = response.json()["errors"]
    assert f"422 that names the rule and the field: `{error['field']}`" in prose(PAGE)


def test_each_example_has_a_section() -> None:
    sections = prose(PAGE).split("\n### ")[1:]

    assert sorted(section.partition("\n")[0] for section in sections) == EXAMPLES
