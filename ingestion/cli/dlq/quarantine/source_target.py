"""The redrive target of a source's dead letters: its events, and its requests in quarantine."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from ingestion.aws.retry import FAILED_CALL, failure_code
from ingestion.cli import redact_output
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.message_targets import RouterTarget
from ingestion.cli.dlq.names import CALL_FAILED
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
    """A request in quarantine that is to be mapped again; None if it was, by this command."""

    pointer: QuarantineDeadLetter
    request: KeptRequest | None


class SourceTarget(RouterTarget):
    """The router for events, and the API function for requests in quarantine."""

    lease_seconds = 900  # A large request needs several calls of up to 29 s.

    @cached_property
    def _deleted(self) -> set[str]:
        """The ids of the requests that this command deleted."""
        return set()

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

    def is_slow(self, dead_letter: DeadLetter) -> bool:
        """Return whether this is a request: it takes several calls of the API function."""
        return pointer_of(dead_letter) is not None

    def details(self, dead_letter: DeadLetter) -> dict[str, Any]:
        """Return the headers and the body of a request as the operator may see them."""
        pointer = pointer_of(dead_letter)
        if pointer is None:
            return {}
        try:
            kept = self.requests.read(pointer)
        except (RejectedRecord, FailedRedrive):
            return {}
        return {"request": shown_request(kept, show_personal=self.show_personal)}

    def check_dead_letter(self, dead_letter: DeadLetter) -> RedriveAttempt:
        """Check an event, or ask the function what it would make of a request."""
        pointer = pointer_of(dead_letter)
        if pointer is None:
            return super().check_dead_letter(dead_letter)
        if pointer.id in self._deleted:
            return RedriveAttempt(dead_letter, Redrive(pointer, None))
        try:
            request = self.requests.read(pointer)
            outcome = self.requests.redrive(
                RedriveCall(request=request, made=pointer.made, is_dry=True)
            )
        except FailedRedrive as failure:
            raise RejectedRecord(CALL_FAILED, FieldError("", str(failure))) from failure
        faults = [self._describe_fault(reason, pointer.source) for reason in outcome.reasons]
        if more := outcome.reason_count - len(faults):
            faults.append(FieldError("", f"and {more} more"))
        # The same rules made the same events before: they were published then.
        known = (pointer.made, pointer.reasons_digest)
        would_change = (outcome.made, outcome.reasons_digest) != known
        return RedriveAttempt(
            dead_letter,
            Redrive(pointer, request) if would_change else None,
            RejectedRecord(outcome.reasons[0].reason, *faults) if faults else None,
            events_of_request=outcome.events,
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
                self._delete(pointer)

    def is_deleted(self, dead_letter: DeadLetter) -> bool:
        """Return whether this command deleted the request of a dead letter that is there twice."""
        pointer = pointer_of(dead_letter)
        return pointer is not None and pointer.id in self._deleted

    def _send_request(self, attempt: RedriveAttempt) -> bool:
        """Redrive a request, and delete it if all is right. Return whether that was done."""
        pointer, request = attempt.content
        if request is None or pointer.id in self._deleted:
            return True
        try:
            outcome = self.requests.finish(RedriveCall(request=request, made=pointer.made))
            if outcome.reasons:
                attempt.remainder = _updated(pointer, outcome).model_dump_json(exclude_none=True)
            elif not attempt.rejection:
                self._delete(pointer)
        except FailedRedrive as failure:
            attempt.failure = str(failure)
            return False
        except FAILED_CALL as error:
            attempt.failure = f"S3 did not delete {pointer.key}: {failure_code(error)}"
            return False
        return True

    def _delete(self, pointer: QuarantineDeadLetter) -> None:
        self.requests.delete(pointer)
        self._deleted.add(pointer.id)

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
    names = ("reasons", "reason_count", "reasons_digest", "made")
    return pointer.model_copy(update={name: getattr(outcome, name) for name in names})
