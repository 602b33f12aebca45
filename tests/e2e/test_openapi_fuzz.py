"""Requests made up from the interface's document, sound and unsound: no answer is undocumented."""

import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from infra.tools.stack import ledger
from ingestion.cli.dlq.queue import backlog
from ingestion.cli.environment import Deployment, load_catalog
from ingestion.openapi import openapi
from tests.e2e.test_platform import wait_for

CATALOG = load_catalog()
ANYWHERE = "http://127.0.0.1"  # What is posted to is known once it is applied.
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Some 800 requests a source that probe each bound of the document, and so many made up at random.
CONFIG = {
    "suppress-health-check": ["all"],  # A slow machine is no fault.
    "generation": {"max-examples": 80, "deterministic": True, "database": "none"},
    "rate-limit": f"{min(source.rate_per_second for source in CATALOG.sources.values())}/s",
}

interface = schemathesis.openapi.from_dict(
    openapi.document(CATALOG, ANYWHERE), config=schemathesis.Config.from_dict(CONFIG)
)


class Tally:
    """What was answered to whom, and which events were accepted of which source."""

    def __init__(self) -> None:
        self.since_ms = int(time.time() * 1000)
        self.answers: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.accepted: dict[str, set[str]] = {name: set() for name in CATALOG.sources}


@pytest.fixture(scope="module")
def tally(deployment: Deployment) -> Tally:
    """Counted from when all that others sent is done with."""
    wait_for(lambda: waiting(deployment) == 0)
    return Tally()


@dataclass(frozen=True)
class Caller:
    """Sends what is made up, and counts the answers; none may be undocumented."""

    deployment: Deployment
    tally: Tally

    def call(self, case: Case[Any], who: str, key: str | None) -> Any:
        headers = {"x-api-key": key} if key else {}
        answer = case.call(base_url=self.deployment.api_url, headers=headers)
        case.validate_response(answer, checks=CHECKS)
        self.tally.answers[who][answer.status_code] += 1
        return answer


@pytest.fixture(scope="module")
def caller(deployment: Deployment, tally: Tally) -> Caller:
    return Caller(deployment, tally)


def fuzz(source: str) -> Any:
    """Answer the test of `source`'s own path; one for all would run once, having one node id."""
    path = f"/{CATALOG.sources[source].path}"

    @interface.include(path=path).parametrize()
    def test(case: Case[Any], caller: Caller) -> None:
        answer = caller.call(case, source, caller.deployment.api_keys[source])

        if answer.status_code < 400:
            events = answer.json()["events"]
            caller.tally.accepted[source] |= {e["id"] for e in events if e["status"] == "accepted"}

    return test


for _source in CATALOG.sources:
    vars()[f"test_{_source}_neither_crashes_nor_answers_undocumented"] = fuzz(_source)


@interface.include(path_regex="^/entities/CONTRACT", method="GET").parametrize()
def test_readers_are_never_answered_undocumented(case: Case[Any], caller: Caller) -> None:
    caller.call(case, "readers", caller.deployment.reader_api_key)


@interface.include(path_regex="^/entities/MILESTONE", method=["PUT", "DELETE"]).parametrize()
def test_corrections_neither_crash_nor_are_answered_undocumented(
    case: Case[Any], caller: Caller
) -> None:
    caller.call(case, "corrections", caller.deployment.api_keys["operator"])


@interface.include(path=f"/{CATALOG.sources['sourceA'].path}/uploads").parametrize()
def test_files_are_announced_without_a_crash_or_an_undocumented_answer(
    case: Case[Any], caller: Caller
) -> None:
    caller.call(case, "files", caller.deployment.api_keys["sourceA"])


@interface.include(path="/openapi.json").parametrize()
def test_the_description_is_answered_as_it_describes_itself(
    case: Case[Any], caller: Caller
) -> None:
    caller.call(case, "description", key=None)


def test_whoever_asked_was_not_only_refused(tally: Tally) -> None:
    answers = tally.answers

    sound = {who for who, counts in answers.items() if any(status < 300 for status in counts)}

    assert sound == {*CATALOG.sources, "readers", "corrections", "files", "description"}, answers


def test_enough_was_asked_and_all_that_was_accepted_is_accounted_for(
    deployment: Deployment, tally: Tally
) -> None:
    answers = sum((tally.answers[source] for source in CATALOG.sources), Counter[int]())
    accepted = {source: len(event_ids) for source, event_ids in tally.accepted.items()}

    assert answers.total() >= 2_000
    assert answers[429] < answers.total() / 20
    assert answers[202] + answers[207] > answers.total() / 5
    wait_for(lambda: waiting(deployment) == 0)
    assert accepted == {
        source: ledger.outcomes(deployment, source, tally.since_ms).total() for source in accepted
    }


def waiting(deployment: Deployment) -> int:
    """How many messages wait for the workers or are with them."""
    sqs = deployment.client("sqs")
    return sum(backlog(sqs, url) for url in deployment.queue_urls.values())
