"""The page of a trace shows what `ingest trace` finds, in the order of time and with links."""

from collections.abc import Iterator

import httpx
import pytest

from ingestion.cli.environment import Deployment
from tests.integration.cloud import Cloud
from tests.integration.console.reading import text_of
from tests.integration.tracing.conftest import Log, Trace
from tests.support.browser.served_console import operators_browser, served
from tests.support.factories import CANARY, contract, event


@pytest.fixture
def console(trace: Trace, deployment: Deployment) -> Iterator[httpx.Client]:  # noqa: ARG001 - makes the logs
    """Yield the operator's browser."""
    with served(deployment) as runtime, operators_browser(runtime) as client:
        yield client


def test_a_dead_letter_is_found_with_its_page(cloud: Cloud, console: httpx.Client) -> None:
    cloud.work(event(contract(contract_type=CANARY), id="7"))

    response = console.get("/trace", params={"id": "7"})

    assert response.status_code == 200
    assert "dead letter 7 in sourceB since 20" in text_of(response)
    assert 'href="/dead-letters/sourceB/' in response.text
    assert "ingest trace 7" in text_of(response)
    assert "Not known" not in text_of(response)
    assert CANARY not in response.text


def test_the_version_of_an_entity_leads_to_the_entity(cloud: Cloud, console: httpx.Client) -> None:
    cloud.store(event(contract("c-1"), id="7"))

    response = console.get("/trace", params={"id": "7", "entity": "CONTRACT/c-1", "since": "2h"})

    assert "stored: the event is the current version of CONTRACT c-1" in text_of(response)
    assert '<a href="/entities/CONTRACT/c-1">CONTRACT c-1</a>' in response.text
    assert "ingest trace --entity CONTRACT/c-1 --since 2h 7" in text_of(response)


def test_lines_of_the_log_are_in_the_order_of_time(log: Log, console: httpx.Client) -> None:
    line = '{"level": "%s", "message": "%s", "event_id": "7", "entity_key": "CONTRACT#c-1"}'
    log("worker sourceB", line % ("WARNING", "second"), age_seconds=5)
    log("worker sourceB", line % ("INFO", "first <b>"), age_seconds=50)

    response = console.get("/trace", params={"id": "7"})

    shown = text_of(response)
    assert shown.index("log worker sourceB INFO first") < shown.index("failure worker sourceB")
    assert "Not known since 20" in shown
    assert "<b>" not in response.text
    assert 'href="/entities/CONTRACT/c-1"' in response.text


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ({}, 200, "Id of an event, a request or an upload"),
        ({"id": "<script>alert(1)</script>"}, 404, "Nothing names this id since 1d."),
        ({"id": "7", "source": "sourceX"}, 422, "local has no source 'sourceX'"),
        ({"id": "7", "entity": "CONTRACT"}, 422, "must be an entity and its id"),
        ({"id": "7", "entity": "TOY/1"}, 422, "no entity 'TOY'"),
        ({"id": "7", "entity": "CONTRACT/" + "c" * 5000}, 422, "is not the id of an entity"),
        ({"id": "7" * 257}, 422, "must have at most 256 characters"),
        ({"id": "7", "since": "x"}, 422, "must be an age"),
    ],
)
def test_what_cannot_be_traced_is_said_in_a_sentence(
    console: httpx.Client, query: dict[str, str], status: int, sentence: str
) -> None:
    response = console.get("/trace", params=query)

    assert response.status_code == status
    assert sentence in text_of(response)
    assert "<script>alert" not in response.text
