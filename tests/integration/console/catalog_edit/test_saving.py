"""An entry is saved if the catalog is valid and nobody changed it meanwhile."""

import json
from pathlib import Path

import httpx
import pytest

from entities.declared.yaml_file import parse_yaml
from tests.integration.console.catalog_edit.form import Editor, fields_of
from tests.integration.console.reading import text_of


def edited(
    editor: Editor, old: str = "path: shop", new: str = "path: store", whole: str = "0"
) -> dict[str, str]:
    form = fields_of(editor.open(whole=whole))
    return form | {"text": form["text"].replace(old, new)}


def more_sources() -> str:
    return "  more:\n    path: more\n    entities: [CONTRACT]\n    auth: api_key\n"


def test_only_the_edited_characters_change(editor: Editor, catalog: Path) -> None:
    before = catalog.read_text()

    response = editor.save(edited(editor))

    assert (response.status_code, response.headers["Location"]) == (
        303,
        "/sources/shop/plan?saved=1",
    )
    assert catalog.read_text() == before.replace("path: shop", "path: store")
    assert [file.name for file in catalog.parent.iterdir() if file.is_file()] == [catalog.name]


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
@pytest.mark.parametrize("whole", ["0", "1"])
def test_a_file_with_other_ends_of_lines_keeps_them(
    editor: Editor, catalog: Path, end: bytes, whole: str
) -> None:
    before = catalog.read_bytes().replace(b"\n", end)
    catalog.write_bytes(before)

    editor.save(edited(editor, whole=whole))

    assert catalog.read_bytes() == before.replace(b"path: shop", b"path: store")


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
@pytest.mark.parametrize("whole", ["0", "1"])
def test_lines_with_mixed_ends_keep_theirs(
    editor: Editor, catalog: Path, end: bytes, whole: str
) -> None:
    line = b"    auth: api_key"
    before = catalog.read_bytes().replace(line + b"\n", line + end, 1)
    catalog.write_bytes(before)

    editor.save(edited(editor, whole=whole))

    assert before.count(end) == 1
    assert catalog.read_bytes() == before.replace(b"path: shop", b"path: store")


def test_a_text_whose_entry_was_removed_can_be_saved_in_the_whole_file(
    editor: Editor, catalog: Path
) -> None:
    form, before = edited(editor), catalog.read_text()
    catalog.write_text(before.replace("  shop:", "  other:"))

    conflict = editor.save(form)
    offered = fields_of(conflict)
    saved = editor.save(offered | {"text": offered["text"].replace("  other:", "  shop:")})

    assert (conflict.status_code, offered["whole"]) == (409, "1")
    assert "path: store" in text_of(conflict)
    assert "because the file has no source shop" in text_of(conflict)
    assert saved.status_code == 303
    assert catalog.read_text() == before


@pytest.mark.parametrize("comment", ["", "  # A comment after the entry.\n"])
@pytest.mark.parametrize("whole", ["0", "1"])
def test_a_second_click_on_save_answers_as_the_first(
    editor: Editor, catalog: Path, whole: str, comment: str
) -> None:
    catalog.write_text(catalog.read_text() + more_sources())
    form = edited(editor, whole=whole)
    form["text"] += comment

    first = editor.save(form)
    saved = catalog.read_bytes()
    second = editor.save(form)

    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["Location"] == first.headers["Location"]
    assert catalog.read_bytes() == saved


@pytest.mark.parametrize("removed", ["  # Our shop.\n", "          end_date"])
def test_a_shorter_text_is_not_taken_for_a_saved_one(
    editor: Editor, catalog: Path, removed: str
) -> None:
    form = fields_of(editor.open())
    form["text"] = "".join(
        line for line in form["text"].splitlines(keepends=True) if not line.startswith(removed)
    )
    catalog.write_text(catalog.read_text() + "# More.\n")

    response = editor.save(form)

    assert response.status_code == 409


def test_a_text_without_changes_writes_nothing(editor: Editor, catalog: Path) -> None:
    before = catalog.stat()

    response = editor.save(fields_of(editor.open()))

    assert response.headers["Location"] == "/sources/shop/plan?saved=0"
    assert catalog.stat().st_ino == before.st_ino


def test_an_invalid_catalog_is_not_saved(editor: Editor, catalog: Path) -> None:
    before = catalog.read_bytes()

    response = editor.save(form := edited(editor, "auth: api_key", "auth: none"))

    assert response.status_code == 422
    assert "The text cannot be saved." in text_of(response)
    assert fields_of(response)["text"] == form["text"]
    assert catalog.read_bytes() == before


def test_a_file_that_changed_meanwhile_is_not_overwritten(editor: Editor, catalog: Path) -> None:
    form = edited(editor)
    theirs = catalog.read_text().replace("number]", "no]")
    catalog.write_text(theirs)

    response = editor.save(form)

    shown = text_of(response)
    assert response.status_code == 409
    assert catalog.read_text() == theirs
    assert "config/sources.yaml has changed since you opened the page" in shown
    assert "path: shop" in shown
    assert "+    path: store" in response.text
    assert fields_of(response)["text"] == form["text"]


def test_after_a_conflict_the_same_text_can_be_saved(editor: Editor, catalog: Path) -> None:
    form = edited(editor)
    catalog.write_text(catalog.read_text() + "# More.\n")
    conflict = editor.save(form)

    response = editor.save(fields_of(conflict))

    assert response.status_code == 303
    assert "path: store" in catalog.read_text()
    assert catalog.read_text().endswith("# More.\n")


@pytest.mark.parametrize("digest", [None, "", "é"])
def test_a_form_without_the_hash_saves_nothing(
    editor: Editor, catalog: Path, digest: str | None
) -> None:
    before, form = catalog.read_bytes(), edited(editor)
    del form["digest"]

    response = editor.save(form | ({} if digest is None else {"digest": digest}))

    assert response.status_code == 409
    assert catalog.read_bytes() == before


def test_an_entry_that_is_not_separable_any_more_is_never_saved_as_the_whole_file(
    editor: Editor, catalog: Path
) -> None:
    form = edited(editor)
    theirs = f"# In one line:\n{json.dumps(parse_yaml(catalog.read_text()))}\n"
    catalog.write_text(theirs)

    conflict = editor.save(form)
    forced = editor.save(form | {"digest": fields_of(conflict)["digest"]})

    assert (conflict.status_code, forced.status_code) == (409, 422)
    assert "path: store" in text_of(conflict)
    assert "shop can be edited only in the whole file now" in text_of(conflict)
    assert fields_of(conflict)["whole"] == "1"
    assert fields_of(conflict)["text"] == theirs.removesuffix("\n") + "\n"
    assert "edit the whole file" in text_of(forced)
    assert catalog.read_text() == theirs


@pytest.mark.parametrize("path", ["", "?whole=1", "/check"])
@pytest.mark.usefixtures("catalog")
def test_an_unknown_source_has_no_editor(console: httpx.Client, path: str) -> None:
    response = console.get(f"/sources/none/edit{path}")

    assert response.status_code == 404
    assert "the catalog has no source 'none'" in text_of(response)
