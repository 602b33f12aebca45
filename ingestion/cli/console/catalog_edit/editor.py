"""The page that edits the entry of a source: its text, and what a check of the text found."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ingestion.cli.catalog_text.line_ends import with_lf
from ingestion.cli.catalog_text.replace_file import CatalogChanged
from ingestion.cli.console.catalog_edit.check_text import (
    MAX_CHARACTERS,
    CheckedText,
    check_text,
    diff_of,
    too_long,
)
from ingestion.cli.console.catalog_edit.edited_file import EditedFile, read_edited_file
from ingestion.cli.console.catalog_edit.trials import ShownTrial, show_samples, try_text
from ingestion.cli.console.failures import sentence_of
from ingestion.cli.console.forms import Form
from ingestion.cli.console.pages import fragment, page
from ingestion.cli.console.parameters import text as parameter
from ingestion.cli.console.runtime import runtime_of
from ingestion.cli.console.urls import source_url
from ingestion.cli.mapping.file_command import read_pairs
from ingestion.cli.mapping.formats import FORMAT_BY_SUFFIX, UPLOAD, formats_of
from ingestion.cli.output import CommandFailed, ExitCode, exit_with_error
from ingestion.cli.start.failures import EXPECTED

_FORMATS = tuple(name for name in formats_of(FORMAT_BY_SUFFIX) if name not in (UPLOAD, "xlsx"))


class TypedEntry(NamedTuple):
    """What a person typed: the entry or the whole file, and a payload to try with its headers."""

    text: str
    is_whole: bool
    digest: str
    payload: str = ""
    file_format: str = "json"
    headers: str = ""

    @classmethod
    def of(cls, form: Form) -> "TypedEntry":
        """Return the fields of a form. Lines end with LF, as in the page."""
        texts = {name: with_lf(value) for name, value in form.items()}
        file_format = texts.get("format", "")
        return cls(
            texts.get("text", ""),
            texts.get("whole") == "1",
            texts.get("digest", ""),
            texts.get("payload", ""),
            file_format if file_format in _FORMATS else "json",
            texts.get("headers", ""),
        )


def _keeping_text(
    act: Callable[[Request, TypedEntry], Response],
) -> Callable[[Request, Form], Response]:
    """Return an endpoint that shows the form again if an expected error ends the act."""

    def endpoint(request: Request, form: Form) -> Response:
        edited = TypedEntry.of(form)
        try:
            return act(request, edited)
        except EXPECTED as error:
            return _failed_page(request, edited, sentence_of(error))

    return endpoint


def show_editor(request: Request) -> Response:
    """Show the entry of a source, or the whole file."""
    file = _file_of(request)
    deployed = runtime_of(request).deployment.queue_urls
    if file.source not in deployed and not file.has_source:
        exit_with_error(f"the catalog has no source {file.source!r}", ExitCode.NOT_FOUND)
    is_whole = parameter(request, "whole") == "1" or isinstance(file.entry, str)
    text = file.text if isinstance(file.entry, str) or is_whole else file.entry.text
    return _editor_page(request, file, TypedEntry(with_lf(text), is_whole, file.digest))


@_keeping_text
def check_entry(request: Request, edited: TypedEntry) -> Response:
    """Show what a check of the text finds. It writes nothing."""
    file = _file_of(request)
    if "HX-Request" in request.headers:
        return fragment(request, "catalog_edit/checked.html", **_findings(file, edited))
    return _editor_page(request, file, edited)


@_keeping_text
def save_entry(request: Request, edited: TypedEntry) -> Response:
    """Write the file, if it is valid and nobody changed it after the page was opened."""
    file = _file_of(request)
    if edited.digest == file.digest or len(edited.text) > MAX_CHARACTERS:
        checked = check_text(file, edited.text, is_whole=edited.is_whole)
        if checked.faults:
            return _editor_page(request, file, edited, status=422)
        if not checked.diff:
            return _saved(file, is_new=False)
        try:
            file.replace(file.with_text(edited.text, is_whole=edited.is_whole))
            return _saved(file)
        except CatalogChanged:
            file = _file_of(request)
    if file.holds(edited.text, is_whole=edited.is_whole):  # As after a second click on Save.
        return _saved(file)
    return _conflict_page(request, file, edited)


def _saved(file: EditedFile, *, is_new: bool = True) -> Response:
    return RedirectResponse(source_url(file.source, "plan", saved=int(is_new)), 303)


def _file_of(request: Request) -> EditedFile:
    """Return the file. Its source may have been removed since a page was opened."""
    checkout = runtime_of(request).deployment.checkout
    return read_edited_file(checkout, request.path_params["name"])


def _editor_page(
    request: Request, file: EditedFile, edited: TypedEntry, status: int = 200
) -> Response:
    return page(
        request,
        "catalog_edit/editor.html",
        title=f"Edit {file.source}",
        status=status,
        command=("map", "--check", "--source", file.source),
        **_form(request, edited, file),
        **_findings(file, edited),
    )


def _conflict_page(request: Request, file: EditedFile, edited: TypedEntry) -> Response:
    """Show the file as another program left it, beside the text that was not saved.

    If the entry is not separable any more, the form holds the whole file.
    """
    entry = None if edited.is_whole or isinstance(file.entry, str) else file.entry
    now = entry.text if entry else file.text
    is_switched = entry is None and not edited.is_whole
    offered = edited._replace(text=with_lf(file.text), is_whole=True) if is_switched else edited
    return page(
        request,
        "catalog_edit/conflict.html",
        title=f"{file.source} was not saved",
        status=409,
        now=now,
        changes=diff_of(now, edited.text),
        name=file.source,
        unsaved=edited.text if is_switched else None,
        **_form(request, offered._replace(digest=file.digest), file),
    )


def _failed_page(request: Request, edited: TypedEntry, sentence: str) -> Response:
    """Show why the text was neither saved nor checked, and the form as it was sent."""
    if "HX-Request" in request.headers:
        return fragment(request, "catalog_edit/not_checked.html", status=422, sentence=sentence)
    name = request.path_params["name"]
    return page(
        request,
        "catalog_edit/failed.html",
        title=f"Edit {name}",
        status=422,
        name=name,
        sentence=sentence,
        **_form(request, edited),
    )


def _form(
    request: Request, edited: TypedEntry, file: EditedFile | None = None
) -> Mapping[str, Any]:
    """Return what the form needs. What a form sent is not in the file if it is shown again."""
    entry = file.entry if file else None
    return {
        "entry": None if edited.is_whole or isinstance(entry, str) else entry,
        "reason": entry if edited.is_whole and isinstance(entry, str) else None,
        "edited": edited,
        "is_unsaved": request.method == "POST",
        "formats": _FORMATS,
    }


def _findings(file: EditedFile, edited: TypedEntry) -> Mapping[str, Any]:
    checked = check_text(file, edited.text, is_whole=edited.is_whole)
    own = [each for each in checked.tried if each.trial.name == file.source]
    samples = [shown for each in own for shown in show_samples(each)]
    shown_faults = {fault for shown in samples for fault in shown.faults}
    return {
        "name": file.source,
        "checked": checked,
        "samples": samples,
        "other_faults": [each for each in checked.sample_faults if each not in shown_faults],
        "own": _try_own(file.source, checked, edited),
        "has_rules": _has_rules(file.source, checked),
    }


def _has_rules(source: str, checked: CheckedText) -> bool:
    return bool(checked.catalog and checked.catalog.rules_of(source))


def _try_own(source: str, checked: CheckedText, edited: TypedEntry) -> Sequence[ShownTrial]:
    """Return what the rules make of the payload that was typed, if there is one."""
    if not edited.payload.strip() or not checked.catalog or not _has_rules(source, checked):
        return []
    longest = max(edited.payload, edited.headers, key=len)
    if problem := too_long(longest, "try it with `ingest map FILE` in a terminal"):
        return [ShownTrial("Your payload", [], problem=problem)]
    lines = [line for line in edited.headers.split("\n") if line.strip()]
    try:
        headers = read_pairs("headers:", lines, ":")
    except CommandFailed as error:
        return [ShownTrial("Your payload", [], problem=str(error))]
    return [try_text(checked.catalog, source, edited.payload, edited.file_format, headers)]
