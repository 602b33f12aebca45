"""`ingest trace --scan` looks for the event in the whole table, and asks first."""

import json

import pytest

from tests.integration.cloud import Cloud
from tests.integration.commands.output import message
from tests.integration.conftest import See
from tests.integration.tracing.conftest import Log, Trace, found
from tests.support.factories import contract, delete_event, event


def test_a_scan_says_how_many_items_it_reads_and_finds_the_event(
    cloud: Cloud, trace: Trace
) -> None:
    cloud.store(*(event(contract(f"c-{n}"), id=str(n)) for n in range(3)), delete_event(id="9"))

    result = trace("2", "--scan", "--yes", "-o", "json")

    assert "about 3 items (0.0 MB). DynamoDB counts them about every six hours" in message(result)
    [version] = json.loads(result.stdout)["versions"]
    assert (version["key"], version["state"]) == ("CONTRACT#c-2", "current")
    assert found(trace, "9", "--scan", "--yes")["versions"][0]["state"] == "deleted"


def test_a_scan_finds_only_events_of_the_source(cloud: Cloud, trace: Trace) -> None:
    cloud.store(event(id="7"))

    document = found(trace, "7", "--source", "sourceA", "--scan", "--yes", code=3)

    assert document["versions"] == []
    assert "or have been superseded or a duplicate" in document["unknown"]


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 1)])
def test_a_scan_asks_on_a_terminal(cloud: Cloud, see: See, log: Log, typed: str, code: int) -> None:
    log("api", "{}")
    cloud.store(event(id="7"))

    shown = see("trace", "7", "--scan", typed=typed, columns=1000)

    assert "Read them all? [y/N]" in shown.text
    assert shown.exit_code == code
    assert ("stored: the event" in shown.text) == (code == 0)


def test_a_scan_without_a_terminal_needs_yes(trace: Trace) -> None:
    result = trace("7", "--scan")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "add --yes" in message(result)
