"""A check of an edited entry finds its faults and what it makes of samples, and writes nothing."""

from pathlib import Path
from shutil import rmtree

import httpx
import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.conftest import Ingest
from tests.integration.console.catalog_edit.form import Editor, fields_of
from tests.integration.console.reading import text_of

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def changed(editor: Editor, old: str, new: str) -> dict[str, str]:
    form = fields_of(editor.open())
    assert old in form["text"]
    return form | {"text": form["text"].replace(old, new)}


def test_the_editor_shows_the_entry_with_its_comments(editor: Editor, catalog: Path) -> None:
    form = fields_of(editor.open())

    assert form["text"].startswith("  # Our shop.\n  shop:\n    path: shop\n")
    assert form["text"].endswith("          end_date: {value: item.day, date: iso}\n")
    assert form["text"] in catalog.read_text()


def test_a_fault_is_shown_with_its_line_and_in_the_words_of_the_catalog(editor: Editor) -> None:
    response = editor.check(changed(editor, "entities: [CONTRACT", "entitis: [CONTRACT"))

    shown = text_of(response)
    assert "The text cannot be saved." in shown
    assert "Line 4 (line 5 of the file): shop.entitis:" in shown
    assert "- entities: [CONTRACT, MILESTONE]" in shown
    assert "+ entitis: [CONTRACT, MILESTONE]" in shown


def test_a_check_writes_nothing(editor: Editor, catalog: Path) -> None:
    before = catalog.read_bytes()

    editor.check(changed(editor, "path: shop", "path: store"))

    assert catalog.read_bytes() == before


def test_a_changed_rule_is_tried_on_the_sample_before_it_is_saved(
    editor: Editor, sample: Path, run: Ingest
) -> None:
    assert run("map", "--record", "--source", "shop").exit_code == 0
    same = text_of(editor.open())

    response = editor.check(changed(editor, "payload.order.title", "payload.order.state"))

    shown = text_of(response)
    assert sample.name in same
    assert "All samples are as expected." in same
    assert "The catalog is valid." in shown
    assert "The samples have 1 fault." in shown
    assert 'contract_name: expected "Turbines", found "open"' in shown
    assert "contract_name open payload.order.state" in shown
    assert '"title": "Turbines"' in shown
    assert "upsert CONTRACT north/7" in shown


def test_htmx_gets_the_findings_without_the_page(editor: Editor, sample: Path) -> None:
    form = changed(editor, "payload.order.title", "payload.order.state")

    response = editor.check(form, {"HX-Request": "true"})

    assert response.text.startswith('<div id="checked">')
    assert f"{sample.stem}.expected.yaml is missing: run" in text_of(response)
    assert "ingest map --record --source shop" in text_of(response)


def test_a_payload_that_is_in_no_file_is_tried(editor: Editor) -> None:
    payload = '{"order": {"number": 9, "changed": "2026-01-31T12:00:00Z", "title": "New"}}'
    form = fields_of(editor.open()) | {"payload": payload, "headers": "X-Tenant: south"}

    shown = text_of(editor.check(form))

    assert "upsert CONTRACT south/9" in shown
    assert "contract_name New payload.order.title" in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"payload": "{"}, "Your payload"),
        ({"payload": "{}", "headers": "X-Tenant"}, "must be a name and a value: NAME:VALUE"),
        ({"payload": "<a", "format": "xml"}, "column 0"),
    ],
)
def test_a_payload_that_is_not_readable_says_why(
    editor: Editor, fields: dict[str, str], words: str
) -> None:
    response = editor.check(fields_of(editor.open()) | fields)

    assert response.status_code == 200
    assert words in text_of(response)


def test_other_sources_can_only_be_added_in_the_whole_file(editor: Editor) -> None:
    form = fields_of(editor.open())
    more = "  more:\n    path: more\n    entities: [CONTRACT]\n    auth: api_key\n"

    refused = editor.check(form | {"text": form["text"] + more})
    whole = fields_of(editor.open(whole="1"))
    accepted = editor.check(whole | {"text": whole["text"] + more})

    assert "the text must hold the entry shop, and no other" in text_of(refused)
    assert whole["whole"] == "1"
    assert "The catalog is valid." in text_of(accepted)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "sources: {shop: {path: s, entities: [CONTRACT], auth: api_key}, t: {}}\n",
            "shop shares lines",
        ),
        ("sources: [\n", "the file is not valid YAML"),
    ],
)
def test_an_entry_that_cannot_be_cut_out_is_edited_in_the_whole_file(
    editor: Editor, catalog: Path, text: str, reason: str
) -> None:
    catalog.write_text(text)

    response = editor.open()

    assert f"This is the whole file, because {reason}"[:50] in text_of(response)
    assert fields_of(response)["text"] == text


def test_a_login_without_a_checkout_cannot_edit(console: httpx.Client, checkout: Checkout) -> None:
    rmtree(checkout.catalog_file.parent)

    responses = [console.get(f"/sources/sourceA/{word}") for word in ("edit", "plan")]

    assert {response.status_code for response in responses} == {422}
    assert all("needs a checkout of this project" in text_of(each) for each in responses)


def test_a_checkout_without_the_file_says_so(console: httpx.Client, checkout: Checkout) -> None:
    checkout.catalog_file.unlink()

    responses = [console.get(f"/sources/sourceA/{word}") for word in ("edit", "plan")]

    assert {response.status_code for response in responses} == {422}
    assert all("config/sources.yaml is missing: restore" in text_of(each) for each in responses)


def test_hostile_texts_are_shown_as_text(editor: Editor, sample: Path) -> None:
    sample.write_text(sample.read_text().replace("Turbines", HOSTILE.replace('"', "'")))
    form = fields_of(editor.open())
    hostile = {"text": form["text"] + f"    # {HOSTILE}\n", "payload": HOSTILE, "headers": HOSTILE}

    responses = [editor.check(form | hostile), editor.check(form | {"text": HOSTILE + "\0\u202e"})]

    for response in responses:
        assert response.status_code == 200
        assert "<script>alert" not in response.text
        assert "<img" not in response.text
    assert fields_of(responses[0])["payload"] == HOSTILE


def test_a_long_text_is_checked(editor: Editor) -> None:
    form = fields_of(editor.open())

    response = editor.check(form | {"text": form["text"] + f"    # {'long ' * 20_000}\n"})

    assert "The catalog is valid." in text_of(response)


def test_a_deployed_source_that_the_file_lacks_can_be_added_again(
    editor: Editor, catalog: Path
) -> None:
    catalog.write_text("sources:\n  other: {}\n")

    response = Editor(editor.console, "sourceB").open()

    assert "This is the whole file, because the file has no source sourceB." in text_of(response)
