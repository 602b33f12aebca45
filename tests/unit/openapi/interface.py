"""An API whose only source sends every entity, and the schemas that it publishes."""

from typing import Any, NamedTuple

import jsonschema_rs
from pydantic import ValidationError

import entities
from ingestion.catalog import OPERATOR, Catalog
from ingestion.errors import FieldError, RejectedRecord
from ingestion.files.upload_url import UploadRequest
from ingestion.intake.cloudevents import STRUCTURED
from ingestion.intake.correction import correction
from ingestion.intake.submission import NATIVE, Caller, Format, events_of
from ingestion.openapi import openapi
from tests.support.factories import Json
from tests.unit.openapi.inputs import NOW, OTHER_ID
from tests.unit.openapi.samples import INPUTS


class Outcome(NamedTuple):
    """Why the API refuses an input, if it does, and whether the schema accepts the input."""

    errors: tuple[FieldError, ...]
    conforms: bool


class Interface:
    """The inputs of an API whose only source sends every entity."""

    def __init__(self) -> None:
        fields = {"path": "x", "auth": "api_key", "entities": list(entities.models())}
        self.catalog = Catalog.model_validate({"sources": {"all": fields}})
        self.document = openapi.document(self.catalog, "/")
        self.validators = {
            "event": self._validator("/x", "post"),
            "cloudevent": self._validator("/x", "post", "application/cloudevents+json"),
            "correction": self._validator("/entities/METER/{id}", "put"),
            "upload": self._validator("/x/uploads", "post"),
        }
        self.inputs = {form: [*make()] for form, make in INPUTS.items()}

    def _validator(self, path: str, method: str, kind: str = "application/json") -> Any:
        body = self.document["paths"][path][method]["requestBody"]["content"][kind]["schema"]
        whole = body | {"components": self.document["components"]}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)

    def outcome(self, form: str, item: Json) -> Outcome:
        """Return what the API and the schema make of an input. A correction is of METER m-1."""
        check = {"correction": self._correct, "upload": request_upload}.get(form, self._post)
        return Outcome(check(item), self.validators[form].is_valid(item))

    def _post(self, item: Json) -> tuple[FieldError, ...]:
        form = STRUCTURED if "specversion" in item else NATIVE
        return self._errors("all", item, form)

    def _correct(self, item: Json) -> tuple[FieldError, ...]:
        """Refuse another id than the path's, as the handler does."""
        made = correction(entities.models()["METER"], "m-1", "upsert", item, None)
        errors = self._errors(OPERATOR, made, NATIVE)
        is_other = item.get("meter_id", "m-1") != "m-1"
        other = FieldError("body.meter_id", OTHER_ID)
        return errors or ((other,) if is_other else ())

    def _errors(self, sender: str, item: Json, form: Format) -> tuple[FieldError, ...]:
        caller = Caller(sender, self.catalog.senders[sender])
        [result] = events_of([item], caller, NOW, form)
        return result.errors if isinstance(result, RejectedRecord) else ()


def request_upload(item: Json) -> tuple[FieldError, ...]:
    try:
        UploadRequest.model_validate(item)
    except ValidationError as error:
        return RejectedRecord.from_validation("invalid_upload", error).errors
    return ()
