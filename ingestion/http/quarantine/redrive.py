"""Maps a kept request again, by the rules that are deployed now. Only IAM may ask for it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, ConfigDict

from ingestion.catalog import Catalog, FormBody
from ingestion.event import Event
from ingestion.http.http_problem import HttpProblem
from ingestion.http.mapped_request import map_payloads
from ingestion.http.payloads import NO_BOUNDS, origin_of, read_payloads
from ingestion.http.quarantine.dead_letter import AppliedRules
from ingestion.http.quarantine.kept_request import KeptRequest
from ingestion.http.quarantine.reason import (
    MAX_REASONS,
    Reason,
    reason_of_problem,
    reasons_of_results,
)
from ingestion.intake.placed import Placed
from ingestion.intake.submission import Caller
from ingestion.mapping.compiled import CompiledRules
from ingestion.settings import CALL_SECONDS
from ingestion.syntax.times import timestamp

MAP_SECONDS = 12  # Of 27. The rest is for publishing.
Publish = Callable[..., Response[str]]  # As `Publisher.publish`.


class RedriveCall(BaseModel):
    """What a command sends. `made` is that of the dead letter; a dry call publishes nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request: KeptRequest
    made: AppliedRules | None = None
    is_dry: bool = False


class RedriveOutcome(BaseModel):
    """What became of the items of a request. `reasons` are the first of `reason_count`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    events: int = 0
    ignored: int = 0
    not_taken: int = 0
    reasons: list[Reason] = []
    reason_count: int = 0
    made: AppliedRules | None = None


def redrive_request(
    event: dict[str, Any], catalog: Catalog, publish: Publish, deadline: float
) -> dict[str, Any]:
    """Publish the events of a kept request. Return the faults of its other items.

    `deadline` is that of a request, whose claim needs some time. A redrive has no claim, so it may
    take this time too. Raises ValidationError for an event that no command sends.
    """
    call = RedriveCall.model_validate(event["redrive"])
    publish_in_time = partial(publish, deadline=deadline + CALL_SECONDS)
    return _redrive(call, catalog, publish_in_time).model_dump(exclude_none=True)


def _redrive(call: RedriveCall, catalog: Catalog, publish: Publish) -> RedriveOutcome:
    kept = call.request
    rules = catalog.rules_of(kept.source)
    if rules is None:
        missing = Reason(reason="no_rules", message="the source has no `map` in the catalog")
        return RedriveOutcome(reasons=[missing], reason_count=1, made=call.made)
    source = catalog.sources[kept.source]
    made = _rules_now(rules, call.made)
    caller = Caller(kept.source, source)
    try:
        results = _map_again(kept, caller, rules, source.form, made.revision)
    except HttpProblem as problem:
        return RedriveOutcome(reasons=[reason_of_problem(problem)], reason_count=1, made=call.made)
    reasons = reasons_of_results(results)
    good = [each for each in results if not each.is_rejected]
    is_sent = not call.is_dry and bool(good)
    return RedriveOutcome(
        events=sum(isinstance(each.outcome, Event) for each in good),
        ignored=sum(each.outcome is None for each in good),
        not_taken=_publish(publish, caller, kept, good) if is_sent else 0,
        reasons=reasons[:MAX_REASONS],
        reason_count=len(reasons),
        made=made,
    )


def _rules_now(rules: CompiledRules, last: AppliedRules | None) -> AppliedRules:
    """Return the last revision if the rules are still the same, otherwise a later one."""
    if last is not None and last.mapping == rules.version:
        return last
    return AppliedRules(mapping=rules.version, revision=timestamp(datetime.now(UTC)))


def _map_again(
    kept: KeptRequest,
    caller: Caller,
    rules: CompiledRules,
    form: FormBody | None,
    revision: str | None,
) -> list[Placed]:
    """Return what became of the payloads, however many there are. Raises HttpProblem."""
    request = kept.as_gateway_request()
    return map_payloads(
        read_payloads(request, form, NO_BOUNDS),
        caller,
        rules,
        origin_of(request, kept.received_at, None),
        datetime.fromisoformat(kept.received_at),
        MAP_SECONDS,
        revision=revision,
        max_events=None,
    )


def _publish(publish: Publish, caller: Caller, kept: KeptRequest, good: Sequence[Placed]) -> int:
    """Publish the events. Return how many the topic did not accept."""
    try:
        publish(caller, datetime.fromisoformat(kept.received_at), kept.request_id, good)
    except HttpProblem as problem:
        events: list[dict[str, Any]] = problem.members["events"]
        return sum(event["status"] == "not_taken" for event in events)
    return 0
