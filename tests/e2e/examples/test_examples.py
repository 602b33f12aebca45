"""Each example of config/examples takes its samples on the applied platform, and stores them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from urllib3 import BaseHTTPResponse

from entities.values import to_text
from ingestion.cli.environment import Deployment
from ingestion.cli.mapping.expected_file import Expected, ExpectedEvent, read_expected
from ingestion.cli.mapping.samples import Sample
from tests.e2e.commands import ingest
from tests.e2e.conftest import Checkout
from tests.e2e.examples.vendors import POSTED, SECRETS, post_sample, samples
from tests.e2e.platform import in_index
from tests.support.browser.waiting import wait_for

CHALLENGE = {"challenge": "sample-challenge-9f31c2"}
[TABLE] = samples(".csv")


def shown(sample: Sample) -> str:
    return f"{sample.source}/{sample.file.name}"


@pytest.fixture(scope="module")
def posted(checkout: Checkout, deployment: Deployment) -> dict[str, BaseHTTPResponse]:
    """Import the senders' secrets, post each sample, and return the responses."""

    def add_secret(source: str) -> int:
        command = ("secrets", "add", "--source", source, "--from-stdin")
        return ingest(checkout, *command, stdin=f"{SECRETS[source]}\n").returncode

    with ThreadPoolExecutor(2) as pool:
        assert {*pool.map(add_secret, SECRETS)} == {0}
    return {shown(sample): post_sample(deployment, sample) for sample in POSTED}


@pytest.mark.parametrize("sample", POSTED, ids=shown)
def test_a_sample_is_answered_as_its_vendor_expects(
    posted: dict[str, BaseHTTPResponse], sample: Sample
) -> None:
    response, [payload] = posted[shown(sample)], expected(sample).payloads

    assert response.status == (200 if sample.source == "slack" else 202), response.data
    if sample.file.stem == "challenge":
        assert response.json() == CHALLENGE
    elif payload.ignored:
        assert response.json()["events"] == [{"index": 0, "status": "ignored"}]
    else:
        statuses = [event["status"] for event in response.json()["events"]]
        assert statuses == ["accepted"] * len(payload.events) != []


@pytest.mark.parametrize("sample", POSTED, ids=shown)
@pytest.mark.usefixtures("posted")
def test_what_the_sample_expects_is_stored(deployment: Deployment, sample: Sample) -> None:
    for payload in expected(sample).payloads:
        for event in payload.events:
            assert stored(deployment, sample, event) == event_texts(sample, event)


def test_the_ten_rows_of_the_table_are_stored_with_day_and_time_of_day(
    checkout: Checkout, deployment: Deployment
) -> None:
    command = ("upload", str(TABLE.file), "--source", TABLE.source, "--follow")

    result = ingest(checkout, *command)

    assert result.returncode == 0, result.stderr
    rows = [event for payload in expected(TABLE).payloads for event in payload.events]
    found = [stored(deployment, TABLE, event) for event in rows]
    assert found == [event_texts(TABLE, event) for event in rows]
    assert [(row["day"], row["time_of_day"]) for row in found[6:8]] == [
        ("2026-01-31", "23:59:59"),
        ("2026-02-01", "00:00:00"),
    ]
    assert len(in_index(deployment, "MEASUREMENT")) == 10


def expected(sample: Sample) -> Expected:
    found = read_expected(sample)
    assert found is not None
    return found


def stored(deployment: Deployment, sample: Sample, event: ExpectedEvent) -> dict[str, Any]:
    """Wait until the entity of an event is stored. Return what `event_texts` returns."""
    key = f"{event.entity}#{event.id}"
    item = wait_for(lambda: in_index(deployment, event.entity).get(key))
    read = TypeDeserializer().deserialize
    found = {name: texts(read(value)) for name, value in item.items()}
    time = found["_event"]["time"]
    return {name: found.get(name) for name in known_fields(sample, event)} | known_time(
        sample, event, time
    )


def event_texts(sample: Sample, event: ExpectedEvent) -> dict[str, Any]:
    """Return the fields and the time of an event as texts, without those of its receipt."""
    fields = known_fields(sample, event)
    return {name: texts(value) for name, value in fields.items()} | known_time(
        sample, event, event.time
    )


def known_fields(sample: Sample, event: ExpectedEvent) -> dict[str, Any]:
    received_at = expected(sample).received_at
    return {name: value for name, value in event.fields.items() if value != received_at}


def known_time(sample: Sample, event: ExpectedEvent, time: str) -> dict[str, str]:
    return {} if event.time == expected(sample).received_at else {"_event.time": time}


def texts(value: Any) -> Any:
    """Return the value with each scalar as its one text: `12.50` and "12.5" are equal."""
    if isinstance(value, dict):
        return {name: texts(member) for name, member in value.items()}
    return [texts(member) for member in value] if isinstance(value, list) else to_text(value)
