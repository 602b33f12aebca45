"""An entity as it is stored now, and what a correction makes of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, NoReturn
from uuid import uuid4

import entities
from ingestion.catalog import OPERATOR
from ingestion.cli import redact_output
from ingestion.cli.audit.log import Action
from ingestion.cli.client.correction_client import (
    CorrectionClient,
    Found,
    Refusal,
    correction_headers,
)
from ingestion.cli.client.credentials import add_api_key
from ingestion.cli.client.posting import Unreachable, new_client
from ingestion.cli.entities.corrected_fields import Changed
from ingestion.cli.entities.operator_access import exit_refused, operator_key
from ingestion.cli.environment import Deployment
from ingestion.cli.output import ExitCode, exit_with_error, print_data
from ingestion.cli.start.columns import Whole
from ingestion.errors import FieldError, RejectedRecord, validate_as
from ingestion.event import Operation
from ingestion.intake.correction import correction

Json = dict[str, Any]


@contextmanager
def open_entity(
    deployment: Deployment, entity: str, entity_id: str, show_personal: bool
) -> Iterator["CorrectedEntity"]:
    """Read an entity through the API. The command ends with a sentence if the API refuses."""
    key = operator_key(deployment)
    with new_client(partial(add_api_key, key=key)) as http:
        client = CorrectionClient(http, deployment.api_url)
        try:
            found = client.read_entity(entity, entity_id)
        except Refusal as refusal:
            exit_refused(refusal, deployment)
        yield CorrectedEntity(deployment, client, entity, entity_id, found, show_personal)


@dataclass(frozen=True)
class CorrectedEntity:
    """An entity, or the lack of one, in the version that a correction replaces."""

    deployment: Deployment
    client: CorrectionClient
    entity: str
    entity_id: str
    found: Found | None
    show_personal: bool

    @property
    def fields(self) -> Json:
        """Return the stored fields; none if there is no such entity."""
        return dict(self.found.document["entity"]) if self.found else {}

    def require_stored(self, advice: str = "") -> Json:
        """Return the stored fields. The command ends if there is no such entity."""
        if self.found is None:
            environment = self.deployment.environment
            exit_with_error(
                f"{environment} has no {self.entity} {self.entity_id!r}{advice}", ExitCode.NOT_FOUND
            )
        return self.fields

    def print_changes(self, changed: Changed) -> None:
        """Print the values before and after, without personal values."""
        rows = self.shown_changes(changed)
        print_data("table", rows, ([Whole("field"), "before", "after"], rows))

    def shown_changes(self, changed: Changed) -> list[list[Any]]:
        """Return each field with its values before and after, without personal values."""
        before = self.shown({name: old for name, (old, _) in changed.items()})
        after = self.shown({name: new for name, (_, new) in changed.items()})
        return [[name, before[name], after[name]] for name in changed]

    def require_version(self, etag: str) -> None:
        """End the command if the stored version is not the one that the operator has seen."""
        if self.found is None or self.found.etag != etag:
            exit_with_error(
                f"another event of {self.entity} {self.entity_id!r} was stored meanwhile, so"
                " nothing was changed: check what is stored now, and repeat",
                ExitCode.REJECTED,
            )

    def check_fields(self, fields: Json) -> None:
        """End the command if the model refuses the fields."""
        model = entities.models()[self.entity]
        try:
            validate_as(model, {model.id_field(): self.entity_id, **fields}, "invalid_entity")
            if fields.get(model.id_field(), self.entity_id) != self.entity_id:
                fault = FieldError(model.id_field(), "must be the id of the entity")
                raise RejectedRecord("invalid_entity", fault)
        except RejectedRecord as rejection:
            self._exit_rejected(rejection.detail, fields)

    def put(
        self, fields: Json, changed: list[str], *, force: bool, wait_seconds: float
    ) -> Iterator[str]:
        """Replace the entity, and wait until that is stored. Yield what was done."""
        return self._correct("upsert", fields, changed, force, wait_seconds)

    def delete(self, *, force: bool, wait_seconds: float) -> Iterator[str]:
        """Delete the entity, and wait until that is stored. Yield what was done."""
        return self._correct("delete", {}, [], force, wait_seconds)

    def _correct(
        self, operation: Operation, fields: Json, changed: list[str], force: bool, seconds: float
    ) -> Iterator[str]:
        """Audit and send a correction. Yield its event, and whether it is stored in time."""
        event_key = str(uuid4())
        self._audit(operation, fields, changed, event_key)
        headers = correction_headers(event_key, self.found, force=force)
        try:
            event_id = self.client.correct(self.entity, self.entity_id, operation, fields, headers)
        except Refusal as refusal:
            if refusal.status == HTTPStatus.UNPROCESSABLE_ENTITY:
                self._exit_rejected(refusal.faults, fields)
            exit_refused(refusal, self.deployment)
        except Unreachable:
            self._exit_unknown()
        waits = " Waiting until it is stored." if seconds else ""
        yield f"Accepted: event {event_id}.{waits}"
        if seconds:
            yield self._outcome(operation, event_id, seconds)

    def _exit_unknown(self) -> NoReturn:
        """End the command because nobody knows whether the API accepted the correction."""
        command = self.deployment.command("get", self.entity, self.entity_id)
        exit_with_error(
            f"no response from {self.client.api_url}: the correction may be accepted. Run"
            f" `{command}` before you repeat the command",
            ExitCode.NOT_PUBLISHED,
        )

    def _audit(
        self, operation: Operation, fields: Json, changed: list[str], event_key: str
    ) -> None:
        """Write who corrects which fields to the audit log, without values."""
        model = entities.models()[self.entity]
        event = correction(model, self.entity_id, operation, fields, event_key)
        action: Action = "put_entity" if operation == "upsert" else "delete_entity"
        subject = {"entity_name": self.entity, "entity_id": self.entity_id, "event_id": event["id"]}
        known = [name for name in changed if name in model.model_fields]  # Others may be any text.
        more = {"changed": known} if operation == "upsert" else {}
        self.deployment.audit_log.write(action, [subject | more])

    def _outcome(self, operation: Operation, event_id: str, seconds: float) -> str:
        """Wait until the correction is stored. Return whether it is stored in time."""
        is_deletion = operation == "delete"
        is_stored = _is_deleted if is_deletion else partial(_has_event, event_id)
        if self.client.wait_until(is_stored, self.entity, self.entity_id, seconds):
            return "The entity is deleted." if is_deletion else "The correction is stored."
        get = self.deployment.command("get", self.entity, self.entity_id)
        dead_letters = self.deployment.command("dlq", "list", "--source", OPERATOR)
        return (
            f"The correction was not stored within {seconds:g} s. If `{get}` does not show it soon,"
            f" see `{dead_letters}`: another event may have been stored first."
        )

    def shown(self, fields: Json) -> Json:
        """Return the fields, without personal values unless the operator asked for them."""
        if self.show_personal:
            return fields
        shown: Json = redact_output.stored_data({"entity_name": self.entity, "entity": fields})
        return dict(shown["entity"])

    def _exit_rejected(self, faults: str, fields: Json) -> NoReturn:
        """End the command because the fields are invalid."""
        if not self.show_personal:
            document = {"entity_name": self.entity, "body": fields}
            faults = redact_output.message(faults, document)
        exit_with_error(f"{self.entity} {self.entity_id!r}: {faults}", ExitCode.REJECTED)


def _has_event(event_id: str, found: Found | None) -> bool:
    return found is not None and (found.document["event"] or {}).get("id") == event_id


def _is_deleted(found: Found | None) -> bool:
    return found is None
