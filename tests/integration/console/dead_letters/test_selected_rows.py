"""The buttons under the rows act on the selected rows, and never on all dead letters."""

import httpx
import pytest

from tests.integration.cloud import Cloud
from tests.integration.console.dead_letters.pages import ALIKE, TO_WORKS, confirm, open_page
from tests.integration.console.reading import text_of
from tests.integration.dead_letters.examples import dead_letter, leases

ROCKET = {"id": "r-3", "type": "rocket.upsert"}


def test_without_a_selected_row_nothing_is_selected(cloud: Cloud, console: httpx.Client) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))

    listed = open_page(console, **ALIKE)
    acts = ("redrive", "edit", "drop")
    answers = [open_page(console, f"/dead-letters/{act}", selected="1", **ALIKE) for act in acts]

    form = listed.text.partition('<form method="get" action="/dead-letters/redrive">')[2]
    assert '<input type="hidden" name="selected" value="1">' in form
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert all("select at least one row" in text_of(answer) for answer in answers)


@pytest.mark.parametrize("act", ["edit", "drop"])
def test_a_page_refuses_what_its_command_refuses(
    cloud: Cloud, console: httpx.Client, act: str
) -> None:
    dead_letter(cloud, *leases("c-1"))

    shown = open_page(console, f"/dead-letters/{act}")
    sent = console.post(f"/dead-letters/{act}", data={})

    for answer in (shown, sent):
        assert answer.status_code == 422
        assert "nothing is selected: give an ID, --source, --reason" in text_of(answer)
    assert len(cloud.dead_letters()) == 1


def test_the_list_of_all_offers_no_drop_and_no_edit_of_all(
    cloud: Cloud, console: httpx.Client
) -> None:
    dead_letter(cloud, *leases("c-1"), ROCKET)

    page = open_page(console)
    of_source = open_page(console, source="sourceB")

    assert 'href="/dead-letters/redrive"' in page.text
    assert 'href="/dead-letters/drop"' not in page.text
    assert 'href="/dead-letters/edit"' not in page.text
    assert 'href="/dead-letters/drop?source=sourceB"' in of_source.text


def test_the_form_of_all_alike_selects_their_queue_and_reason(
    cloud: Cloud, console: httpx.Client
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))

    form = open_page(console).text.partition('action="/dead-letters/edit" class="edit"')[2]

    assert '<input type="hidden" name="source" value="sourceB">' in form
    assert '<input type="hidden" name="reason" value="invalid_entity">' in form


def test_selected_rows_keep_the_filters_of_their_list(cloud: Cloud, console: httpx.Client) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"), ROCKET)

    listed = open_page(console, **ALIKE)
    page = open_page(console, "/dead-letters/drop", selected="1", id="c-1", **ALIKE)
    edited = open_page(console, "/dead-letters/edit", id="c-1", **ALIKE, **TO_WORKS)
    end = confirm(console, page)

    form = listed.text.partition('<form method="get" action="/dead-letters/redrive">')[2]
    assert '<input type="hidden" name="reason" value="invalid_entity">' in form
    back = "/dead-letters?source=sourceB&amp;reason=invalid_entity"
    assert f'href="{back}">Cancel</a>' in page.text
    assert f'href="{back}">Back</a>' in end.text
    assert "Dropped 1 dead letter." in text_of(end)
    assert "ingest dlq drop c-1 --source sourceB --reason invalid_entity" in text_of(page)
    assert "ingest dlq edit c-1 --source sourceB --set" in text_of(edited)
