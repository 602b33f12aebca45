"""An edit shows each field before and after, then changes one dead letter or all alike."""

import httpx
import pytest

from ingestion.cli.console.runtime import Runtime
from tests.integration.cloud import Cloud
from tests.integration.console.dead_letters.pages import (
    ALIKE,
    TO_WORKS,
    confirm,
    events_of,
    open_page,
    read_again,
)
from tests.integration.console.reading import text_of
from tests.integration.dead_letters.examples import audited, dead_letter, leases, work_off
from tests.support.canned import Canned, aws_error, intercept
from tests.support.factories import Json, contract

EDIT = "/dead-letters/edit"


def test_the_list_offers_to_edit_the_field_that_the_details_name(
    cloud: Cloud, console: httpx.Client
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))

    page = open_page(console, source="sourceB")

    assert "Edit all 2 dead letters" in text_of(page)
    assert 'name="path" list="paths" size="30" value="data.contract_type"' in page.text


def test_a_preview_shows_before_and_after_and_changes_nothing(
    cloud: Cloud, console: httpx.Client
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))

    page = open_page(console, EDIT, **ALIKE, **TO_WORKS)

    shown = text_of(page)
    assert "2 would succeed after the edit" in shown
    assert 'c-1 data.contract_type "lease" "works"' in shown
    assert '2 dead letters (c-1, c-2): data.contract_type: "lease" → "works"' in shown
    assert "ingest dlq edit --source sourceB --reason invalid_entity" in shown
    assert "--set data.contract_type=works" in shown
    assert audited() == []
    assert all('"lease"' in body for body, _, _ in cloud.dead_letters())


def test_dead_letters_alike_are_edited_and_redriven(cloud: Cloud, console: httpx.Client) -> None:
    names = [f"c-{number:02}" for number in range(12)]
    dead_letter(cloud, *leases(*names))

    end = confirm(console, open_page(console, EDIT, **ALIKE, **TO_WORKS), then="redrive")
    work_off(cloud)

    assert "Edited and redrove 12 dead letters." in text_of(end)
    assert {row["contract_type"] for row in cloud.rows().values()} == {"works"}
    assert sorted(audited()) == sorted((act, n) for act in ("edit", "redrive") for n in names)
    assert cloud.dead_letters() == []


def test_a_saved_edit_stays_a_dead_letter_that_would_succeed(
    cloud: Cloud, console: httpx.Client
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))

    end = confirm(console, open_page(console, EDIT, **ALIKE, **TO_WORKS), then="save")
    one = open_page(console, "/dead-letters/sourceB/c-1")

    assert "Saved 2 dead letters, which may be redriven now: ingest dlq redrive" in text_of(end)
    assert "A redrive would succeed." in text_of(one)
    assert sorted(audited()) == [("edit", "c-1"), ("edit", "c-2")]


def test_an_edited_event_that_would_still_fail_stays_as_it_was(
    cloud: Cloud, console: httpx.Client
) -> None:
    bad = {
        "id": "bad",
        "subject": "bad",
        "data": contract("bad", contract_type="x", contract_name=5),
    }
    dead_letter(cloud, *leases("c-1"), bad)

    page = open_page(console, EDIT, **ALIKE, **TO_WORKS)
    end = confirm(console, page, then="redrive")

    assert "1 would still fail: it is not changed" in text_of(page)
    assert "bad: invalid_entity: data.contract_name" in text_of(page)
    assert "Edited and redrove 1 dead letter. 1 dead letter would still fail." in text_of(end)
    assert events_of(read_again(console)) == ["bad"]


def test_one_dead_letter_may_be_corrected_step_by_step(cloud: Cloud, console: httpx.Client) -> None:
    bad = {
        "id": "bad",
        "subject": "bad",
        "data": contract("bad", contract_type="x", contract_name=5),
    }
    dead_letter(cloud, bad)

    page = open_page(console, EDIT, id="bad", **TO_WORKS)
    end = confirm(console, page, then="save")

    assert "ingest dlq edit bad --set data.contract_type=works" in text_of(page)
    assert "Edit and redrive" not in text_of(page)
    assert "Saved 1 dead letter." in text_of(end)


def test_several_changes_are_made_at_once(cloud: Cloud, console: httpx.Client) -> None:
    dead_letter(cloud, *leases("c-1"))
    changes = {
        "path": ["data.contract_type", "data.contract_name", "data.contract_status", ""],
        "kind": ["text", "json", "unset", "text"],
        "value": ["works", '"Pumps"', "", ""],
    }
    url = str(httpx.URL(EDIT, params={"id": "c-1", **changes}))

    shown = text_of(open_page(console, url))

    assert 'c-1 data.contract_name "Turbines" "Pumps"' in shown
    assert 'c-1 data.contract_status "active" null' in shown
    assert "--set 'data.contract_name:=\"Pumps\"' --unset data.contract_status" in shown


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("nowhere.x", "text", "1"), "the event has no field 'nowhere.x'"),
        (("data.contract_tpe", "text", "x"), 'mean "contract_type"?'),
        (("data.x", "json", "{"), "takes JSON"),
        (("data.x=", "text", ""), "must be the path of a field"),
        (("data.x", "move", ""), "kind must be one of: text, json, unset"),
        (("revision", "text", "1"), "revision cannot be edited: the platform sets it"),
    ],
    ids=str,
)
def test_a_change_that_fits_no_event_is_refused_and_stays_in_the_form(
    cloud: Cloud, console: httpx.Client, change: tuple[str, str, str], sentence: str
) -> None:
    dead_letter(cloud, *leases("c-1"))
    parameters = dict(zip(("path", "kind", "value"), change, strict=True))

    page = open_page(console, EDIT, id="c-1", **parameters)

    assert page.status_code == 422
    assert sentence in text_of(page)
    assert f'name="path" list="paths" size="30" value="{change[0]}"' in page.text
    assert f'name="value" size="40" value="{change[2]}"' in page.text
    assert "Show what changes…" in text_of(page)
    assert "ingest dlq edit" not in text_of(page)
    assert 'name="digest"' not in page.text


def test_an_edit_is_audited_before_it_is_made(
    cloud: Cloud, console: httpx.Client, runtime: Runtime
) -> None:
    dead_letter(cloud, *leases("c-1"))

    def refuse(_: Json) -> Canned:
        return aws_error("AccessDeniedException", 400, "no logs:PutLogEvents for you")

    intercept(runtime.deployment.client("logs"), "PutLogEvents", refuse)
    page = open_page(console, EDIT, **ALIKE, **TO_WORKS)
    ends = [text_of(confirm(console, page, then=then)) for then in ("save",)]

    assert all("no logs:PutLogEvents for you" in end for end in ends)
    assert all("Nothing was changed." in end for end in ends)
    [(body, _, _)] = cloud.dead_letters()
    assert '"lease"' in body
