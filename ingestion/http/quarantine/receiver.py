"""Receives payloads: publishes their events, and keeps what makes none if its source wants that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from http import HTTPStatus
from typing import Any

import boto3
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic_core import from_json

from ingestion.catalog import Catalog
from ingestion.errors import RejectedRecord
from ingestion.http.http_problem import HttpProblem
from ingestion.http.mapped_request import map_request
from ingestion.http.problem import json_response
from ingestion.http.quarantine.dead_letter import QUARANTINED, Made
from ingestion.http.quarantine.kept_request import KeptRequest
from ingestion.http.quarantine.quarantine import Quarantine
from ingestion.http.quarantine.reason import Reason, reason_of_problem, reasons_of_results
from ingestion.http.quarantine.redrive import Publish as PublishAgain
from ingestion.http.quarantine.redrive import redrive_request
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
    ) -> Response[str]:
        """Accept the payloads of a request. Raises HttpProblem.

        A source with quarantine gets a problem only if a service does not accept a part, never for
        what it wrote.
        """
        source = self.catalog.sources[caller.name]
        mapped = partial(map_request, request, caller, rules, source, received_at, self.map_seconds)
        made: Made | None = Made(mapping=rules.version, revision=None)
        try:
            results = mapped()
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
        kept = KeptRequest.of(request, caller, received_at, source.map, source.ignored, reasons)
        return self._keep(kept, results, reasons, made, publish)

    def redrive(self, event: dict[str, Any], publish: PublishAgain) -> dict[str, Any]:
        """Publish what is now right in a kept request, and return what is not."""
        return redrive_request(event, self.catalog, publish)

    def _keep(
        self,
        kept: KeptRequest,
        results: Sequence[Placed],
        reasons: Sequence[Reason],
        made: Made | None,
        publish: Publish,
    ) -> Response[str]:
        """Store a request, publish its good items, and write its dead letter.

        The dead letter is last. A request that fails before that was not accepted: its sender
        repeats it, which makes the same events again. An object without a dead letter expires.
        """
        key = self.quarantine.store(kept)
        published = publish([each for each in results if _is_good(each)])
        dead_letter_id = self.quarantine.write_dead_letter(kept, key, len(reasons), made)
        print_metrics(
            kept.source,
            {},
            by_reason=metric_by_label("RequestQuarantined", {reasons[0].reason: 1}),
            request_id=kept.request_id,
            received_at=kept.received_at,
        )
        document: dict[str, Any] = from_json(published.body or "{}")
        kept_places = [each.place for each in results if not _is_good(each)]
        document["events"] += [{**place, "status": QUARANTINED} for place in kept_places]
        document |= _faults(reasons) | {QUARANTINED: dead_letter_id}
        return json_response(HTTPStatus(published.status_code), document)


def _is_good(placed: Placed) -> bool:
    return not isinstance(placed.outcome, RejectedRecord)


def _faults(reasons: Sequence[Reason]) -> dict[str, Any]:
    """Return the errors by their place, or the detail of a request that could not be read."""
    if reasons[0].index is None:
        return {"errors": [], "detail": reasons[0].message}
    return {"errors": [reason.model_dump(exclude_none=True) for reason in reasons]}
