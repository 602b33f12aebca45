"""Maps a kept request again, by the rules that are deployed now. Only IAM may ask for it."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, ConfigDict

from ingestion.catalog import Catalog
from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.http.http_problem import HttpProblem
from ingestion.http.payloads import origin_of, read_payloads
from ingestion.http.quarantine.dead_letter import Made
from ingestion.http.quarantine.kept_request import KeptRequest
from ingestion.http.quarantine.reason import (
    MAX_REASONS,
    Reason,
    reason_of_problem,
    reasons_of_results,
)
from ingestion.intake.mapped import PayloadMapper
from ingestion.intake.placed import Placed
from ingestion.intake.submission import Caller
from ingestion.mapping.compiled import CompiledRules
from ingestion.mapping.outcome import MappingOutOfTime
from ingestion.syntax.times import timestamp

MAP_SECONDS = 12  # Of the function's 29. The rest is for publishing.
Publish = Callable[[Caller, datetime, str, Sequence[Placed]], Response[str]]


class RedriveCall(BaseModel):
    """What a command sends. `made` is that of the dead letter; a dry call publishes nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request: KeptRequest
    made: Made | None = None
    is_dry: bool = False


class RedriveOutcome(BaseModel):
    """What became of the items of a request. `reasons` are the first of `reason_count`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    events: int = 0
    ignored: int = 0
    not_taken: int = 0
    reasons: list[Reason] = []
    reason_count: int = 0
    made: Made | None = None


def redrive_request(event: dict[str, Any], catalog: Catalog, publish: Publish) -> dict[str, Any]:
    """Publish the events of a kept request. Return the faults of its other items.

    Raises ValidationError for an event that no command sends.
    """
    call = RedriveCall.model_validate(event["redrive"])
    return _redrive(call, catalog, publish).model_dump(exclude_none=True)


def _redrive(call: RedriveCall, catalog: Catalog, publish: Publish) -> RedriveOutcome:
    kept = call.request
    rules = catalog.rules_of(kept.source)
    if rules is None:
        missing = Reason(reason="no_rules", message="the source has no `map` in the catalog")
        return RedriveOutcome(reasons=[missing], reason_count=1, made=call.made)
    made = _made_now(rules, call.made)
    caller = Caller(kept.source, catalog.sources[kept.source])
    received_at = datetime.fromisoformat(kept.received_at)
    try:
        results = _map_again(kept, caller, rules, received_at, made.revision, catalog)
    except HttpProblem as problem:
        return RedriveOutcome(reasons=[reason_of_problem(problem)], reason_count=1, made=call.made)
    reasons = reasons_of_results(results)
    good = [each for each in results if not isinstance(each.outcome, RejectedRecord)]
    is_sent = not call.is_dry and bool(good)
    return RedriveOutcome(
        events=sum(isinstance(each.outcome, Event) for each in good),
        ignored=sum(each.outcome is None for each in good),
        not_taken=_publish(publish, caller, received_at, good, kept) if is_sent else 0,
        reasons=reasons[:MAX_REASONS],
        reason_count=len(reasons),
        made=made,
    )


def _made_now(rules: CompiledRules, last: Made | None) -> Made:
    """Return the last revision if the rules are still the same, otherwise a later one."""
    if last is not None and last.mapping == rules.version:
        return last
    return Made(mapping=rules.version, revision=timestamp(datetime.now(UTC)))


def _map_again(
    kept: KeptRequest,
    caller: Caller,
    rules: CompiledRules,
    received_at: datetime,
    revision: str | None,
    catalog: Catalog,
) -> list[Placed]:
    """Return what became of the payloads, however many there are. Raises HttpProblem."""
    request = kept.as_gateway_request()
    payloads = read_payloads(request, catalog.sources[kept.source].form, max_payloads=None)
    deadline = time.monotonic() + MAP_SECONDS
    mapper = PayloadMapper(
        rules,
        caller,
        origin_of(request, kept.received_at, None),
        received_at,
        payloads.is_text,
        must_stop=lambda: time.monotonic() > deadline,
        revision=revision,
        max_events=None,
    )
    try:
        return mapper.results(payloads.items)
    except MappingOutOfTime as error:
        detail = f"mapping took over {MAP_SECONDS} s"
        raise HttpProblem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail) from error


def _publish(
    publish: Publish,
    caller: Caller,
    received_at: datetime,
    good: Sequence[Placed],
    kept: KeptRequest,
) -> int:
    """Publish the events. Return how many the topic did not accept."""
    try:
        publish(caller, received_at, kept.request_id, good)
    except HttpProblem as problem:
        events: list[dict[str, Any]] = problem.members["events"]
        return sum(event["status"] == "not_taken" for event in events)
    return 0
