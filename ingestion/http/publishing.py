"""Publishes the events of a request, counts what became of its items, and answers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from ingestion.catalog import Catalog
from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.http.results import results_response
from ingestion.intake.placed import Placed
from ingestion.intake.submission import Caller
from ingestion.messaging.router import PublishResult, Router
from ingestion.settings import CALL_SECONDS
from ingestion.syntax.times import timestamp
from ingestion.telemetry.metrics import metric_by_label, print_metrics


@dataclass(frozen=True)
class Publisher:
    """The router, and the catalog of who may publish."""

    router: Router
    catalog: Catalog

    def publish(
        self,
        caller: Caller,
        received_at: datetime,
        request_id: str,
        results: Sequence[Placed],
        deadline: float,
    ) -> Response[str]:
        """Publish the events of a request, and return the outcome of each item.

        No call ends after `deadline` (of `time.monotonic`). Raises HttpProblem as
        `results_response` does.
        """
        events = [placed.outcome for placed in results if isinstance(placed.outcome, Event)]
        last_start = deadline - CALL_SECONDS
        publish_result = self.router.publish(events, last_start, request_id=request_id)
        print_metrics(
            caller.name,
            _counts(results, publish_result),
            by_entity=metric_by_label(
                "EventAccepted", publish_result.count_published_by_entity(events)
            ),
            by_reason=metric_by_label("EventRejected", _rejected_by_reason(results)),
            has_one_entity=self.catalog.has_one_entity(caller.name),
            request_id=request_id,
            received_at=timestamp(received_at),  # Equals `received_at` of the entities.
            not_taken_for=sorted({reason for _, reason in publish_result.unpublished}),
        )
        unpublished = [event for event, _ in publish_result.unpublished]
        return results_response(results, unpublished, HTTPStatus(caller.source.success))


def _counts(results: Sequence[Placed], publish_result: PublishResult) -> dict[str, int]:
    return {
        "EventNotTaken": len(publish_result.unpublished),
        "PublishRetried": publish_result.retried,
        "EventIgnored": sum(placed.outcome is None for placed in results),
    }


def _rejected_by_reason(results: Sequence[Placed]) -> Counter[str]:
    outcomes = (placed.outcome for placed in results)
    return Counter(found.reason for found in outcomes if isinstance(found, RejectedRecord))
