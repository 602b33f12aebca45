"""The pages that correct and delete an entity, as `ingest put` and `ingest delete` do."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any
from urllib.parse import urlencode

import typer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ingestion.cli.console.entities.edits import Edits
from ingestion.cli.console.entities.links import entity_of
from ingestion.cli.console.failures import sentence_of
from ingestion.cli.console.forms import Form
from ingestion.cli.console.pages import page
from ingestion.cli.console.parameters import personal_parameter, shows_personal
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.urls import entity_url
from ingestion.cli.console.words import argument_words, personal_words
from ingestion.cli.console.work import Act, Progress
from ingestion.cli.console.work_pages import start_work
from ingestion.cli.entities.corrected_entity import CorrectedEntity, open_entity
from ingestion.cli.entities.corrected_fields import changed_fields, edited_fields
from ingestion.cli.entities.corrections import CORRECTION_WAIT_SECONDS
from ingestion.cli.entities.stored_entity import known_entity
from ingestion.cli.output import CommandFailed
from ingestion.cli.tables import value_text

_UNEDITED = ("id", "personal")  # The parameters of the page that are no edits.

Json = dict[str, Any]
Change = Callable[[CorrectedEntity, Json], Iterator[str]]


def show_correction(request: Request) -> Response:
    """Show the form of a correction and, with edits, what the correction would change."""
    name, entity_id = _known(request)
    form = Edits.of_form(request, name)
    if form is not None:
        return RedirectResponse(_url_with_edits(request, form), 303)
    edits = Edits.of(request)
    with _open(request, name, entity_id) as corrected:
        stored = corrected.require_stored()
        changes, refusal = _plan(corrected, stored, edits) if edits.words else ([], "")
        shown = corrected.shown(stored)
    return page(
        request,
        "entities/correct.html",
        title=f"Correct {name} {entity_id}",
        status=422 if refusal else 200,
        command=_command(request, edits),
        has_edits=bool(edits.words),
        changes=changes,
        refusal=refusal,
        fields=edits.fields(name, shown),
        etag=_etag(corrected),
        **_frame(request, name, entity_id),
    )


def _command(request: Request, edits: Edits) -> list[str]:
    """Return the command of the edits; none without edits, which it refuses."""
    words = ["put", *edits.words, *_personal(request), *argument_words(*entity_of(request))]
    return words if edits.words else []


def _plan(corrected: CorrectedEntity, stored: Json, edits: Edits) -> tuple[list[list[str]], str]:
    """Return the fields before and after the edits, and why the platform would refuse them."""
    try:
        fields = edited_fields(corrected.entity, stored, edits.parsed)
        changed = changed_fields(corrected.entity, corrected.entity_id, stored, fields)
        changes = [list(map(value_text, row)) for row in corrected.shown_changes(changed)]
    except (typer.BadParameter, CommandFailed) as refused:
        return [], sentence_of(refused)
    try:
        corrected.check_fields(fields)
    except CommandFailed as refused:
        return changes, str(refused)
    return changes, ""


def send_correction(request: Request, form: Form) -> Response:
    """Start the correction of the version that the operator has seen."""
    name, entity_id = _known(request)
    edits = Edits.of(request).parsed

    def correct(corrected: CorrectedEntity, stored: Json) -> Iterator[str]:
        fields = edited_fields(name, stored, edits)
        changed = changed_fields(name, entity_id, stored, fields)
        if not changed:
            yield f"{name} {entity_id!r} has these values already: nothing was sent."
            return
        yield from corrected.put(
            fields, list(changed), force=False, wait_seconds=CORRECTION_WAIT_SECONDS
        )

    return _start(request, "Correct", partial(_act, request, form, correct))


def show_deletion(request: Request) -> Response:
    """Show what a deletion would delete."""
    name, entity_id = _known(request)
    with _open(request, name, entity_id) as corrected:
        stored = corrected.require_stored()
        removed = corrected.shown_changes({field: (old, None) for field, old in stored.items()})
    return page(
        request,
        "entities/delete.html",
        title=f"Delete {name} {entity_id}",
        command=["delete", *_personal(request), *argument_words(name, entity_id)],
        changes=[[field, value_text(old)] for field, old, _ in removed],
        etag=_etag(corrected),
        **_frame(request, name, entity_id),
    )


def send_deletion(request: Request, form: Form) -> Response:
    """Start the deletion of the version that the operator has seen."""
    _known(request)

    def delete(corrected: CorrectedEntity, _: Json) -> Iterator[str]:
        return corrected.delete(force=False, wait_seconds=CORRECTION_WAIT_SECONDS)

    return _start(request, "Delete", partial(_act, request, form, delete))


def _act(request: Request, form: Form, change: Change, _: Progress) -> Iterator[str]:
    """Change the entity if the stored version is still the one that the operator has seen."""
    name, entity_id = entity_of(request)
    with _open(request, name, entity_id) as corrected:
        stored = corrected.require_stored()
        corrected.require_version(form.get("etag", ""))
        yield from change(corrected, stored)


def _start(request: Request, verb: str, act: Act) -> Response:
    name, entity_id = entity_of(request)
    back = entity_url(name, entity_id, personal=personal_parameter(request))
    subject = entity_url(name, entity_id)
    return start_work(request, f"{verb} {name} {entity_id}", act, back, subject=subject)


def _known(request: Request) -> tuple[str, str]:
    """Return the entity that the URL names. A correction needs its model."""
    name, entity_id = entity_of(request)
    return known_entity(name), entity_id


def _open(request: Request, name: str, entity_id: str) -> AbstractContextManager[CorrectedEntity]:
    deployment = runtime_of(request).deployment
    return open_entity(deployment, name, entity_id, shows_personal(request))


def _personal(request: Request) -> list[str]:
    return personal_words(is_shown=shows_personal(request))


def _etag(corrected: CorrectedEntity) -> str:
    return corrected.found.etag if corrected.found else ""


def _url_with_edits(request: Request, edits: Edits) -> str:
    path = entity_url(*entity_of(request), "correct").partition("?")[0]
    return f"{path}?{urlencode([*_unedited_parameters(request).items(), *edits.parameters])}"


def _unedited_parameters(request: Request) -> dict[str, str]:
    query = request.query_params
    return {name: query[name] for name in _UNEDITED if name in query}


def _frame(request: Request, name: str, entity_id: str) -> Json:
    return {
        "back_url": entity_url(name, entity_id, personal=personal_parameter(request)),
        "unedited_parameters": _unedited_parameters(request),
    }
