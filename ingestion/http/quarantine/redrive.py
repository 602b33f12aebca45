"""Maps a kept request again, by the rules that are deployed now. Only IAM may ask for it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, ConfigDict

from ingestion.catalog import Source
from ingestion.event import Event
from ingestion.http.http_problem import HttpProblem
from ingestion.http.mapped_request import find_answer, map_payloads
from ingestion.http.payloads import NO_BOUNDS, origin_of, read_payloads
from ingestion.http.quarantine.dead_letter import AppliedRules
from ingestion.http.quarantine.kept_request import KeptRequest
from ingestion.http.quarantine.reason import (
    MAX_REASONS,
    Reason,
    digest_of,
    reason_of_problem,
    reasons_of_results,
)
from ingestion.http.quarantine.receiver import PayloadReceiver
from ingestion.intake.placed import Placed
from ingestion.intake.submission import MAX_EVENTS, Caller
from ingestion.mapping.compiled import CompiledRules
from ingestion.settings import CALL_SECONDS
from ingestion.syntax.times import timestamp

MAP_SECONDS = 12  # Of 27. The rest is for publishing.
Publish = Callable[..., Response[str]]  # As `Publisher.publish`.


class RedriveCall(BaseModel):
    """What a command sends. A dry call publishes and stores nothing.

    `made` is that of the dead letter, or of the outcome of the call before. Such an outcome also
    says where this call must `start`.
    """

    model_config = ConfigDict(frozen=True)

    request: KeptRequest
    made: AppliedRules | None = None
    start: int = 0
    is_dry: bool = False


class RedriveOutcome(BaseModel):
    """What the rules make of a request. `reasons` are the first of `reason_count`.

    `reasons_digest` covers all. The next call must begin at `next_start`, a position among the
    items that are right. It is None if nothing is left to do.
    """

    model_config = ConfigDict(frozen=True)

    events: int = 0
    next_start: int | None = None
    reasons: list[Reason] = []
    reason_count: int = 0
    reasons_digest: str = ""
    made: AppliedRules | None = None


def redrive_request(
    event: dict[str, Any], receiver: PayloadReceiver, publish: Publish, deadline: float
) -> dict[str, Any]:
    """Publish the events of a kept request. Return the faults of its other items.

    `deadline` is that of a request, whose claim needs some time. A redrive has no claim, so it may
    take this time too. Raises ValidationError for an event that no command sends.
    """
    call = RedriveCall.model_validate(event["redrive"])
    outcome, good = _map_again(call, receiver)
    if not call.is_dry:
        deadline += CALL_SECONDS
        start = call.start if outcome.made == call.made else 0  # Other rules make other items.
        left = _publish(partial(publish, deadline=deadline), receiver, call.request, good, start)
        if left is None and not _is_kept_longer(receiver, call.request, outcome, deadline):
            left = len(good)
        outcome = outcome.model_copy(update={"next_start": left})
    return outcome.model_dump(exclude_none=True)


def _map_again(
    call: RedriveCall, receiver: PayloadReceiver
) -> tuple[RedriveOutcome, Sequence[Placed]]:
    """Return what the rules make of a request, and the items that are right."""
    kept, catalog = call.request, receiver.catalog
    rules = catalog.rules_of(kept.source)
    if rules is None:
        missing = Reason(reason="no_rules", message="the source has no `map` in the catalog")
        return _outcome([], [missing], call.made), []
    made = _rules_now(rules, call.made)
    try:
        results = _results(kept, catalog.sources[kept.source], rules, made.revision)
    except HttpProblem as problem:
        return _outcome([], [reason_of_problem(problem)], call.made), []
    good = [each for each in results if not each.is_rejected]
    return _outcome(good, reasons_of_results(results), made), good


def _outcome(
    good: Sequence[Placed], reasons: list[Reason], made: AppliedRules | None
) -> RedriveOutcome:
    return RedriveOutcome(
        events=sum(isinstance(each.outcome, Event) for each in good),
        reasons=reasons[:MAX_REASONS],
        reason_count=len(reasons),
        reasons_digest=digest_of(reasons),
        made=made,
    )


def _rules_now(rules: CompiledRules, last: AppliedRules | None) -> AppliedRules:
    """Return the last revision if the rules are still the same, otherwise a later one."""
    if last is not None and last.mapping == rules.version:
        return last
    return AppliedRules(mapping=rules.version, revision=timestamp(datetime.now(UTC)))


def _results(
    kept: KeptRequest, source: Source, rules: CompiledRules, revision: str | None
) -> list[Placed]:
    """Return what became of the payloads, however many there are. Raises HttpProblem.

    A handshake has no results: its sender does not wait for the answer any more.
    """
    request = kept.as_gateway_request()
    payloads = read_payloads(request, source.form, NO_BOUNDS)
    origin = origin_of(request, kept.received_at, None)._replace(outside=kept.outside)
    if find_answer(source, payloads.items, origin) is not None:
        return []
    return map_payloads(
        payloads,
        Caller(kept.source, source),
        rules,
        origin,
        datetime.fromisoformat(kept.received_at),
        MAP_SECONDS,
        revision=revision,
        max_events=None,
    )


def _publish(
    publish: Publish,
    receiver: PayloadReceiver,
    kept: KeptRequest,
    good: Sequence[Placed],
    start: int,
) -> int | None:
    """Publish the items from `start`, as many at a time as a request may have.

    Return the first that the topic did not accept in time, and None if there is none.
    """
    caller = Caller(kept.source, receiver.catalog.sources[kept.source]) if good else None
    for first in range(start, len(good), MAX_EVENTS):
        part = good[first : first + MAX_EVENTS]
        try:
            publish(caller, datetime.fromisoformat(kept.received_at), kept.request_id, part)
        except HttpProblem:
            return first
    return None


def _is_kept_longer(
    receiver: PayloadReceiver, kept: KeptRequest, outcome: RedriveOutcome, deadline: float
) -> bool:
    """Store a request again that still has faults. Return False if S3 does not accept it.

    Its dead letter is replaced, which starts its time again. The request must outlive it.
    """
    source = receiver.catalog.sources.get(kept.source)
    if not outcome.reasons or not (source and source.has_quarantine):
        return True  # Without quarantine the function may not write to the folder.
    try:
        receiver.quarantine.store(kept.model_copy(update={"reasons": outcome.reasons}), deadline)
    except HttpProblem:
        return False
    return True
