"""`ingest source check` names what a sender of the applied platform does wrong."""

import json
import re
from typing import Any

import pytest
from urllib3 import BaseHTTPResponse

from ingestion.cli.environment import Deployment
from tests.e2e.commands import ingest
from tests.e2e.conftest import Checkout
from tests.e2e.lifecycle.additions import pump
from tests.e2e.lifecycle.signed_posts import add_secret, post_signed
from tests.e2e.platform import post
from tests.support.browser.waiting import wait_for

AT = "2026-01-31T12:00:00Z"


@pytest.fixture(scope="module")
def deployment(grown: tuple[Deployment, str]) -> Deployment:
    return grown[0]


def check(checkout: Checkout, source: str) -> Any:
    result = ingest(checkout, "source", "check", source, "-o", "json")
    assert result.returncode in (0, 4), result.stderr
    return json.loads(result.stdout)


def is_stored(shown: Any) -> bool:
    return "checked" in [each["id"] for each in shown["last_events"]["entities"]]


def texts(shown: Any) -> str:
    return "\n".join(f"{each['problem']}: {each['text']}" for each in shown["findings"])


def accepted(deployment: Deployment, secret: str) -> BaseHTTPResponse | None:
    """Post an event that is signed, and return the response if the API knows the secret."""
    response = post_signed(deployment, secret, pump("checked"))
    return response if response.status == 202 else None


def test_a_signing_source_is_well_once_it_has_a_secret_and_signs(
    checkout: Checkout, deployment: Deployment
) -> None:
    unsigned = post(deployment, "h", pump("unsigned"), key=None)
    before = wait_for(
        lambda: (now := check(checkout, "sourceH"))["refusals"]["requests"].get("401") and now
    )
    secret = add_secret(checkout)
    signed = wait_for(lambda: accepted(deployment, secret))
    after = wait_for(lambda: (now := check(checkout, "sourceH")) and is_stored(now) and now)

    assert unsigned.status == 401
    assert before["entry"]["state"] == "same"
    assert re.search(r"requests_refused: \d+ requests? w\w+ refused with 401 \(", texts(before))
    assert after["credential"]["live"] >= 1
    assert secret not in json.dumps(after)
    last = after["last_events"]
    assert signed.headers["X-Request-Id"] in [each["id"] for each in last["requests"]]
    assert "no_secret" not in texts(after)


def test_refused_and_quarantined_requests_are_named_by_reason(
    checkout: Checkout, deployment: Deployment
) -> None:
    good: dict[str, Any] = {"id": "checked-too", "at": AT, "flow": 1}

    answers = [
        post(deployment, "q", {"pumps": [good]}, key="sourceQ"),
        post(deployment, "q", {"pumps": [good | {"at": "no time"}]}, key="sourceQ"),
        post(deployment, "q", {"pumps": [good]}, key="sourceA"),
    ]
    shown = wait_for(
        lambda: (now := check(checkout, "sourceQ"))["refusals"]["dead_letters_waiting"] and now
    )

    assert [answer.status for answer in answers] == [202, 202, 403]
    assert shown["refusals"]["quarantined"]["unmappable_item"] == 1
    assert re.search(r"requests_refused: \d+ requests? w\w+ refused with 403 \(", texts(shown))
    assert "requests_quarantined: 1 request was quarantined: unmappable_item." in texts(shown)
    assert "no_samples: sourceQ has no sample" in texts(shown)
    assert ingest(checkout, "dlq", "drop", "--yes", "--source", "sourceQ").returncode == 0


@pytest.mark.usefixtures("deployment")
def test_an_entry_that_is_changed_after_the_deployment_is_named(checkout: Checkout) -> None:
    catalog = checkout.directory / "config" / "sources.yaml"
    deployed = catalog.read_text()
    catalog.write_text(deployed.replace("  sourceM:\n    path: m\n", "  sourceM:\n    path: mm\n"))

    shown = check(checkout, "sourceM")
    catalog.write_text(deployed)

    assert shown["entry"]["different_keys"] == ["path"]
    assert shown["entry"]["url"].endswith("/m")
