"""Requests generated from the OpenAPI document, valid and invalid: every answer is documented."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation.hypothesis.builder import (
    HypothesisTestConfig,
    HypothesisTestMode,
    create_test,
)
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from infra.tools.stack import ledger
from ingestion.cli.environment import Deployment, load_catalog
from ingestion.openapi import openapi
from tests.e2e.platform import wait_until_idle

CATALOG = load_catalog()
ANYWHERE = "http://127.0.0.1"  # The real address is known after the apply.
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Besides random requests, about 1,200 probe the bounds of the document. They go to one source: the
# schemas of all sources have the same bounds.
CONFIG = {
    "suppress-health-check": ["all"],  # A slow machine must not fail the tests.
    "generation": {"max-examples": 80, "deterministic": True, "database": "none"},
    "rate-limit": f"{min(source.rate_per_second for source in CATALOG.sources.values())}/s",
}


interface = schemathesis.openapi.from_dict(
    openapi.document(CATALOG, ANYWHERE), config=schemathesis.Config.from_dict(CONFIG)
)


def send_generated(
    send: Callable[[Case[Any]], Any], *, with_bounds: bool = True, **chosen: Any
) -> None:
    """Send the generated requests of the chosen operations, and raise what `send` finds.

    `with_bounds` adds the requests that probe bounds. All are generated here, which takes some
    seconds of CPU. Schemathesis's own tests are generated in each process that collects them.
    """

    def test(case: Case[Any]) -> None:
        send(case)

    config = interface.config
    for found in interface.include(**chosen).get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        explicit = config.explicit_hypothesis_settings(operation=operation, phase="fuzzing")
        settings = HypothesisTestConfig(
            project=config,
            modes=[*HypothesisTestMode] if with_bounds else [HypothesisTestMode.FUZZING],
            settings=config.get_hypothesis_settings(operation=operation, phase="fuzzing"),
            explicit_setting_names=explicit,
        )
        create_test(operation=operation, test_func=test, config=settings)()


class Tally:
    """Counts the answers by caller, and the accepted event ids by source."""

    def __init__(self, since_ms: int) -> None:
        self.since_ms = since_ms
        self.answers: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.accepted: dict[str, Counter[str]] = {name: Counter() for name in CATALOG.sources}


@pytest.fixture(scope="module")
def tally(deployment: Deployment) -> Tally:
    """Start counting when the queues are empty of other tests' events."""
    return Tally(wait_until_idle(deployment))


@dataclass(frozen=True)
class Caller:
    """Sends generated requests, checks that each answer is documented, and counts the answers."""

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


@pytest.mark.parametrize("source", CATALOG.sources)
def test_a_sources_path_gives_only_documented_answers(caller: Caller, source: str) -> None:
    def post(case: Case[Any]) -> None:
        answer = caller.call(case, source, caller.deployment.api_keys[source])
        if answer.status_code in (202, 207):
            events = answer.json()["events"]
            caller.tally.accepted[source].update(
                event["id"] for event in events if event["status"] == "accepted"
            )

    probed, *_ = CATALOG.sources
    send_generated(post, with_bounds=source == probed, path=f"/{CATALOG.sources[source].path}")

    assert caller.tally.answers[source].total() > (1_000 if source == probed else 50)


@pytest.mark.parametrize(
    ("who", "chosen"),
    [
        ("readers", {"path_regex": "^/entities/CONTRACT", "method": "GET"}),
        ("corrections", {"path_regex": "^/entities/MILESTONE", "method": ["PUT", "DELETE"]}),
        ("files", {"path": f"/{CATALOG.sources['sourceA'].path}/uploads"}),
        ("description", {"path": "/openapi.json"}),
    ],
)
def test_the_other_paths_give_only_documented_answers(
    caller: Caller, who: str, chosen: dict[str, Any]
) -> None:
    keys = {
        "readers": caller.deployment.reader_api_key,
        "corrections": caller.deployment.api_keys["operator"],
        "files": caller.deployment.api_keys["sourceA"],
    }

    send_generated(lambda case: caller.call(case, who, keys.get(who)), **chosen)

    assert caller.tally.answers[who]


def test_every_kind_of_caller_was_also_accepted(tally: Tally) -> None:
    answers = tally.answers

    accepted = {who for who, counts in answers.items() if any(status < 300 for status in counts)}

    assert accepted == {*CATALOG.sources, "readers", "corrections", "files", "description"}, answers


def test_every_accepted_event_of_the_generated_requests_has_an_outcome(
    deployment: Deployment, tally: Tally
) -> None:
    answers = sum((tally.answers[source] for source in CATALOG.sources), Counter[int]())

    assert answers.total() >= 1_200
    assert answers[429] < answers.total() / 20
    assert answers[202] + answers[207] > answers.total() / 8
    wait_until_idle(deployment)
    for source, accepted in tally.accepted.items():
        outcomes = ledger.outcomes(deployment, source, tally.since_ms).total()
        # The topic ignores true repeats. Events with equal ids may also differ.
        assert len(accepted) <= outcomes <= accepted.total()
