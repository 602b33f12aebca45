"""Receives payloads, and keeps requests that make no valid event if the source has quarantine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any

import boto3
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic_core import from_json

from ingestion.catalog import Catalog
from ingestion.http.http_problem import HttpProblem
from ingestion.http.mapped_request import map_request, repeated_response
from ingestion.http.problem import json_response
from ingestion.http.quarantine.dead_letter import QUARANTINED, AppliedRules
from ingestion.http.quarantine.kept_request import KeptRequest
from ingestion.http.quarantine.quarantine import Quarantine
from ingestion.http.quarantine.reason import Reason, reason_of_problem, reasons_of_results
from ingestion.intake.placed import Placed
from ingestion.intake.submission import Caller
from ingestion.mapping.compiled import CompiledRules
from ingestion.telemetry.metrics import metric_by_label, print_metrics

Publish = Callable[[Sequence[Placed]], Response[str]]


@dataclass(frozen=True)
class PayloadReceiver:
    """Maps each request for at most `map_seconds`. `bucket` has the folder of kept requests."""

    catalog: Catalog
    map_seconds: float
    session: boto3.Session
    bucket: str

    @cached_property
    def quarantine(self) -> Quarantine:
        """Return the quarantine, whose settings exist only if a source of the catalog has one."""
        return Quarantine.build(self.session, self.bucket)

    def receive(
        self,
        request: APIGatewayProxyEvent,
        caller: Caller,
        rules: CompiledRules,
        received_at: datetime,
        publish: Publish,
        deadline: float,
    ) -> Response[str]:
        """Accept the payloads of a request before `deadline`. Raises HttpProblem.

        A source with quarantine gets a problem only if a service does not accept a part, never for
        the content of its request.
        """
        source = self.catalog.sources[caller.name]
        if caller.accepted_with:
            return repeated_response(request, caller, source, received_at, caller.accepted_with)
        made: AppliedRules | None = AppliedRules(mapping=rules.version)
        try:
            results = map_request(request, caller, rules, source, received_at, self.map_seconds)
        except HttpProblem as problem:
            if not source.has_quarantine:
                raise
            results, reasons, made = [], [reason_of_problem(problem)], None
        else:
            if isinstance(results, Response):
                return results
            reasons = reasons_of_results(results) if source.has_quarantine else []
        if not reasons:
            return publish(results)
        kept = KeptRequest.of(request, caller, source, rules, received_at, reasons)
        return self._keep(kept, results, reasons, made, publish, deadline)

    def _keep(
        self,
        kept: KeptRequest,
        results: Sequence[Placed],
        reasons: Sequence[Reason],
        made: AppliedRules | None,
        publish: Publish,
        deadline: float,
    ) -> Response[str]:
        """Store a request, publish its good items, and write its dead letter.

        The dead letter is last. A request that fails before that was not accepted: its sender
        repeats it, which makes the same events again. An object without a dead letter expires.
        """
        key = self.quarantine.store(kept, deadline)
        published = publish([each for each in results if not each.is_rejected])
        self.quarantine.write_dead_letter(kept, key, reasons, made, deadline)
        print_metrics(
            kept.source,
            {},
            by_reason=metric_by_label("RequestQuarantined", {reasons[0].reason: 1}),
            request_id=kept.request_id,
            received_at=kept.received_at,
        )
        document: dict[str, Any] = from_json(published.body or "{}")
        kept_places = [each.place for each in results if each.is_rejected]
        document["events"] += [{**place, "status": QUARANTINED} for place in kept_places]
        document |= _describe(reasons) | {QUARANTINED: kept.id}
        return json_response(HTTPStatus(published.status_code), document)


def _describe(reasons: Sequence[Reason]) -> dict[str, Any]:
    """Return the errors by their place, or the detail of a request that could not be read."""
    if reasons[0].index is None:
        return {"errors": [], "detail": reasons[0].message}
    return {"errors": [reason.model_dump(exclude_none=True) for reason in reasons]}
