"""The redrive target of a source's dead letters: its events, and its requests in quarantine."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from ingestion.cli import redact_output
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.message_targets import RouterTarget
from ingestion.cli.dlq.quarantine.kept_requests import (
    FailedRedrive,
    KeptRequests,
    pointer_of,
    shown_request,
)
from ingestion.cli.dlq.target import RedriveAttempt, send_in_order
from ingestion.errors import FieldError, RejectedRecord
from ingestion.http.quarantine.dead_letter import QUARANTINED, QuarantineDeadLetter
from ingestion.http.quarantine.kept_request import KeptRequest
from ingestion.http.quarantine.reason import Reason
from ingestion.http.quarantine.redrive import RedriveCall, RedriveOutcome

_EDIT_ERROR = (
    "a request in quarantine cannot be edited: correct the rules of its source, deploy them, and"
    " redrive it"
)


class Redrive(NamedTuple):
    """A request in quarantine that is to be mapped again."""

    pointer: QuarantineDeadLetter
    request: KeptRequest


class SourceTarget(RouterTarget):
    """The router for events, and the API function for requests in quarantine."""

    @cached_property
    def requests(self) -> KeptRequests:
        """Return the kept requests of the environment."""
        return KeptRequests(self.deployment)

    def describe(self, dead_letter: DeadLetter) -> DeadLetter:
        """Return the dead letter. For a request, fill in its id and its first reason."""
        pointer = pointer_of(dead_letter)
        if pointer is None:
            return super().describe(dead_letter)
        shown = [self._hide_personal(reason, pointer.source) for reason in pointer.reasons]
        return replace(
            dead_letter,
            event_id=pointer.id,
            reason=QUARANTINED,
            detail=shown[0].text if shown else "",
            content=pointer.model_copy(update={"reasons": shown}).model_dump(exclude_none=True),
        )

    def edit_error_of(self, dead_letter: DeadLetter) -> str:
        """Return why a request cannot be edited; empty for an event."""
        return _EDIT_ERROR if pointer_of(dead_letter) else ""

    def details(self, dead_letter: DeadLetter) -> dict[str, Any]:
        """Return the headers and the body of a request as the operator may see them."""
        pointer = pointer_of(dead_letter)
        if pointer is None:
            return {}
        try:
            kept = self.requests.read(pointer)
        except RejectedRecord:
            return {}
        return {"request": shown_request(kept, show_personal=self.show_personal)}

    def check_dead_letter(self, dead_letter: DeadLetter) -> RedriveAttempt:
        """Check an event, or ask the function what it would make of a request."""
        pointer = pointer_of(dead_letter)
        if pointer is None:
            return super().check_dead_letter(dead_letter)
        request = self.requests.read(pointer)
        try:
            outcome = self.requests.redrive(
                RedriveCall(request=request, made=pointer.made, is_dry=True)
            )
        except FailedRedrive as failure:
            raise RejectedRecord("call_failed", FieldError("", str(failure))) from failure
        faults = [self._describe_fault(reason, pointer.source) for reason in outcome.reasons]
        if more := outcome.reason_count - len(faults):
            faults.append(FieldError("", f"and {more} more"))
        # The same rules made the same events before: they were published then.
        would_change = outcome.made != pointer.made or outcome.reasons != pointer.reasons
        return RedriveAttempt(
            dead_letter,
            Redrive(pointer, request) if would_change else None,
            RejectedRecord(outcome.reasons[0].reason, *faults) if faults else None,
        )

    def send_attempts(self, attempts: Sequence[RedriveAttempt]) -> None:
        """Publish the events, and redrive the requests one after another."""
        requests = [each for each in attempts if isinstance(each.content, Redrive)]
        events = [each for each in attempts if not isinstance(each.content, Redrive)]
        if events:
            super().send_attempts(events)
        send_in_order(requests, self._send_request)

    def delete_requests(self, dead_letters: Iterable[DeadLetter]) -> None:
        """Delete the requests of these dead letters."""
        for dead_letter in dead_letters:
            if pointer := pointer_of(dead_letter):
                self.requests.delete(pointer)

    def _send_request(self, attempt: RedriveAttempt) -> bool:
        """Redrive a request. Return whether all events that are right were published."""
        pointer, request = attempt.content
        try:
            outcome = self.requests.redrive(RedriveCall(request=request, made=pointer.made))
        except FailedRedrive:
            return False
        if outcome.reasons and not outcome.not_taken:
            attempt.remainder = _updated(pointer, outcome).model_dump_json(exclude_none=True)
        return outcome.not_taken == 0

    def _hide_personal(self, reason: Reason, source: str) -> Reason:
        """Return a reason without what may be personal."""
        if self.show_personal or reason.reason != "invalid_entity":
            return reason  # Other messages hold no value of an entity.
        settings = self.deployment.catalog.sources.get(source)
        if settings and not redact_output.have_personal_fields(settings.entities):
            return reason
        return reason.model_copy(update={"message": redact_output.HIDDEN})

    def _describe_fault(self, reason: Reason, source: str) -> FieldError:
        shown = self._hide_personal(reason, source)
        place = "" if shown.index is None else f"payload {shown.index}"
        return FieldError(": ".join(filter(None, (place, shown.field))), shown.message)


def _updated(pointer: QuarantineDeadLetter, outcome: RedriveOutcome) -> QuarantineDeadLetter:
    """Return the body of the dead letter after a redrive."""
    found = {"reasons": outcome.reasons, "reason_count": outcome.reason_count}
    return pointer.model_copy(update=found | {"made": outcome.made})
