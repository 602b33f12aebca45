"""A call that fails during an action: the page says what is known, and loses no dead letter."""

import httpx
import pytest

from tests.integration.cloud import Cloud
from tests.integration.console.dead_letters.conftest import Refuse
from tests.integration.console.dead_letters.pages import (
    ALIKE,
    TO_WORKS,
    confirm,
    events_of,
    open_page,
    read_again,
)
from tests.integration.console.reading import text_of
from tests.integration.dead_letters.examples import dead_letter, leases, repaired

REFUSED = "your AWS identity may not do this: no {} for you"
PERHAPS_MORE = "may have been done: see `ingest audit`"


def red_box(page: httpx.Response) -> str:
    """Return the text of the box that says why the work failed."""
    return page.text.partition('role="alert">')[2].partition("</p>")[0]


@pytest.mark.parametrize(
    ("then", "known"),
    [
        ("save", "2 edited dead letters were added, and the old ones may be there too"),
        ("redrive", "2 dead letters were sent, and may still be in the queue too"),
    ],
)
def test_an_edit_whose_deletion_is_refused_never_says_that_nothing_was_changed(
    cloud: Cloud, console: httpx.Client, refuse: Refuse, then: str, known: str
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))
    page = open_page(console, "/dead-letters/edit", **ALIKE, **TO_WORKS)
    for operation in ("DeleteMessageBatch", "ChangeMessageVisibilityBatch"):
        refuse("sqs", operation)

    end = confirm(console, page, then=then)

    assert "Nothing was changed" not in text_of(end)
    assert REFUSED.format("DeleteMessageBatch") in red_box(end)
    assert known in red_box(end)
    assert PERHAPS_MORE in red_box(end)
    assert len(cloud.queued()) == (2 if then == "redrive" else 0)


def test_a_redrive_whose_deletion_is_refused_says_how_many_were_sent(
    cloud: Cloud, console: httpx.Client, refuse: Refuse
) -> None:
    repaired(cloud, "c-1", "c-2")
    page = open_page(console, "/dead-letters/redrive", source="sourceB")
    refuse("sqs", "DeleteMessageBatch")

    end = confirm(console, page)

    assert "2 dead letters were sent, and may still be in the queue too" in red_box(end)
    assert "Redrove 0" not in text_of(end)
    assert "Nothing was changed" not in text_of(end)
    assert PERHAPS_MORE in red_box(end)
    assert len(cloud.queued()) == 2


def test_a_drop_whose_deletion_is_refused_says_that_more_may_have_been_done(
    cloud: Cloud, console: httpx.Client, refuse: Refuse
) -> None:
    repaired(cloud, "c-1")
    page = open_page(console, "/dead-letters/drop", source="sourceB")
    refuse("sqs", "DeleteMessageBatch")

    end = confirm(console, page)

    assert PERHAPS_MORE in red_box(end)
    assert "Dropped 0" not in text_of(end)
    assert "Nothing was changed" not in text_of(end)
    assert events_of(read_again(console)) == ["c-1"]


def test_a_refused_publish_of_a_redrive_names_the_action_and_keeps_the_dead_letters(
    cloud: Cloud, console: httpx.Client, refuse: Refuse
) -> None:
    repaired(cloud, "c-1", "c-2")
    page = open_page(console, "/dead-letters/redrive", source="sourceB")
    refuse("sns", "PublishBatch")

    end = confirm(console, page)

    assert REFUSED.format("PublishBatch") in red_box(end)
    assert "Nothing was changed." in text_of(end)
    assert sorted(events_of(read_again(console))) == ["c-1", "c-2"]


def test_a_refused_publish_of_an_edit_names_the_action_and_keeps_the_dead_letters(
    cloud: Cloud, console: httpx.Client, refuse: Refuse
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))
    page = open_page(console, "/dead-letters/edit", **ALIKE, **TO_WORKS)
    refuse("sns", "PublishBatch")

    end = confirm(console, page, then="redrive")

    assert REFUSED.format("PublishBatch") in red_box(end)
    assert "they are gone" not in text_of(end)
    assert sorted(events_of(read_again(console))) == ["c-1", "c-2"]
    assert all('"lease"' in body for body, _, _ in cloud.dead_letters())
