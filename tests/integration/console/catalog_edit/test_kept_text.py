"""A typed text stays in the form if the file cannot be read or written, or the text is too long."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.cli.console.catalog_edit.check_text import MAX_CHARACTERS
from tests.integration.console.catalog_edit.form import Editor, fields_of
from tests.integration.console.reading import text_of

TOO_LONG = f"has {MAX_CHARACTERS + 1:,} characters, and a field takes at most {MAX_CHARACTERS:,}"


def typed(editor: Editor) -> dict[str, str]:
    form = fields_of(editor.open())
    return form | {"text": form["text"].replace("path: shop", "path: store"), "payload": "{}"}


def make_read_only(file: Path) -> None:
    file.chmod(0o444)


def replace_by_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def replace_by_other_encoding(file: Path) -> None:
    file.write_bytes(b"\xff")


FAILURES: dict[str, tuple[Callable[[Path], None], str]] = {
    "read-only": (make_read_only, "config/sources.yaml is read-only: allow yourself to write"),
    "missing": (Path.unlink, "config/sources.yaml is missing"),
    "folder": (replace_by_folder, "config/sources.yaml is not a file"),
    "encoding": (replace_by_other_encoding, "config/sources.yaml: is not UTF-8"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_text_that_cannot_be_saved_stays_in_the_form(
    editor: Editor, catalog: Path, failure: str
) -> None:
    form, before = typed(editor), catalog.read_bytes()
    fail, sentence = FAILURES[failure]
    fail(catalog)

    response = editor.save(form)

    assert response.status_code == 422
    assert f"Nothing was saved: {sentence}" in text_of(response)
    assert fields_of(response) == form
    assert not catalog.is_file() or catalog.read_bytes() in (before, b"\xff")


def test_a_kept_text_can_be_saved_when_the_file_is_back(editor: Editor, catalog: Path) -> None:
    form, before = typed(editor), catalog.read_bytes()
    catalog.unlink()
    kept = fields_of(editor.save(form))
    catalog.write_bytes(before)

    response = editor.save(kept)

    assert response.status_code == 303
    assert catalog.read_bytes() == before.replace(b"path: shop", b"path: store")


@pytest.mark.parametrize("failure", ["missing", "folder", "encoding"])
def test_a_text_that_cannot_be_checked_stays_in_the_form(
    editor: Editor, catalog: Path, failure: str
) -> None:
    form = typed(editor)
    fail, sentence = FAILURES[failure]
    fail(catalog)

    response, part = editor.check(form), editor.check(form, {"HX-Request": "true"})

    assert (response.status_code, part.status_code) == (422, 422)
    assert sentence in text_of(response)
    assert fields_of(response) == form
    # The next check puts its result in the place of this one.
    assert part.text.startswith('<div id="checked">')
    assert sentence in text_of(part)


@pytest.mark.parametrize("whole", ["0", "1"])
def test_a_text_that_is_too_long_is_refused_and_stays_in_the_form(
    editor: Editor, catalog: Path, whole: str
) -> None:
    form, before = fields_of(editor.open(whole=whole)), catalog.read_bytes()
    form["text"] += "#" * (MAX_CHARACTERS + 1 - len(form["text"]))

    responses = [editor.save(form), editor.save(form | {"digest": ""}), editor.check(form)]

    assert [response.status_code for response in responses] == [422, 422, 200]
    for response in responses:
        assert TOO_LONG in text_of(response)
        assert fields_of(response)["text"] == form["text"]
    assert catalog.read_bytes() == before


@pytest.mark.parametrize("field", ["payload", "headers"])
def test_a_payload_that_is_too_long_is_not_tried(editor: Editor, field: str) -> None:
    form = typed(editor) | {field: "x" * (MAX_CHARACTERS + 1)}

    response = editor.check(form)

    assert response.status_code == 200
    assert TOO_LONG in text_of(response)
    assert fields_of(response) == form
