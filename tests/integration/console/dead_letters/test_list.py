"""The list of dead letters has groups, filters, orders and pages."""

import httpx
import pytest

from ingestion.cli.console.dead_letters import dead_letter_reader
from ingestion.cli.console.runtime import Runtime
from tests.integration.cloud import Cloud
from tests.integration.console.dead_letters.pages import events_of, open_page, read_again
from tests.integration.console.reading import text_of
from tests.integration.dead_letters.examples import dead_letter, leases
from tests.integration.used_grants import RecordingSession
from tests.support.canned import Canned, aws_error


def test_dead_letters_are_counted_by_queue_and_reason(cloud: Cloud, console: httpx.Client) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"), {"id": "r-3", "type": "rocket.upsert"})

    page = open_page(console)

    shown = text_of(page)
    assert "sourceB invalid_entity 2" in shown
    assert "sourceB unknown_entity 1" in shown
    assert "3 dead letters" in shown
    assert "ingest dlq list" in shown
    assert sorted(events_of(page)) == ["c-1", "c-2", "r-3"]


@pytest.mark.parametrize(
    ("parameters", "expected", "command"),
    [
        ({"reason": "unknown_entity"}, ["r-3"], "--reason unknown_entity"),
        ({"entity": "contract"}, ["c-1", "c-2"], "--entity contract"),
        ({"source": "sourceA"}, [], "--source sourceA"),
        ({"since": "1h"}, ["c-1", "c-2", "r-3"], "--since 1h"),
        ({"since": "2199-01-01"}, [], "--since 2199-01-01"),
    ],
    ids=str,
)
def test_the_list_is_filtered_on_the_server(
    cloud: Cloud,
    console: httpx.Client,
    parameters: dict[str, str],
    expected: list[str],
    command: str,
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"), {"id": "r-3", "type": "rocket.upsert"})

    page = open_page(console, **parameters)

    assert sorted(events_of(page)) == expected
    assert f"ingest dlq list {command}" in text_of(page)


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        (
            {"reason": "invalid_entty"},
            "no reason 'invalid_entty'",
        ),
        ({"source": "sourceX"}, "no dead-letter queue 'sourceX'"),
        ({"since": "yesterday"}, "must be an age such as 30m, 2h or 7d"),
        ({"sort": "colour"}, "sort must be one of"),
        ({"page": "-1"}, "page must be a whole number"),
    ],
    ids=str,
)
def test_a_wrong_filter_is_refused_in_one_sentence(
    console: httpx.Client, parameters: dict[str, str], sentence: str
) -> None:
    page = open_page(console, **parameters)

    assert page.status_code == 422
    assert sentence in text_of(page)


def test_the_rows_are_ordered_and_paged_on_the_server(cloud: Cloud, console: httpx.Client) -> None:
    names = [f"c-{number:02}" for number in range(51)]
    dead_letter(cloud, *leases(*names))

    first = open_page(console, sort="since")
    second = open_page(console, sort="since", page="2")
    last = open_page(console, sort="-since", page="99")

    assert "1 to 50 of 51" in text_of(first)
    assert sorted(events_of(first) + events_of(second)) == names
    assert len(events_of(second)) == len(events_of(last)) == 1
    assert 'aria-sort="ascending"' in first.text
    assert 'aria-sort="descending"' in last.text


def test_the_pages_share_one_read_until_it_is_asked_for_again(
    cloud: Cloud, console: httpx.Client, session: RecordingSession
) -> None:
    dead_letter(cloud, *leases("c-1"))
    open_page(console)
    calls: list[str] = []

    with session.hooked("before-call.sqs", lambda model, **_: calls.append(model.name)):
        pages = [open_page(console), open_page(console, sort="entity")]
    dead_letter(cloud, *leases("c-2"))
    old, new = open_page(console), read_again(console)

    assert calls == []
    assert [events_of(page) for page in pages] == [["c-1"], ["c-1"]]
    assert events_of(old) == ["c-1"]
    assert sorted(events_of(new)) == ["c-1", "c-2"]
    assert "ago. Read again" in text_of(new)


def test_the_page_says_why_a_read_failed_and_the_next_one_reads(
    cloud: Cloud, runtime: Runtime, console: httpx.Client
) -> None:
    dead_letter(cloud, *leases("c-1"))
    sqs = runtime.deployment.client("sqs")

    def refuse(**_: object) -> Canned:
        return aws_error("AccessDenied", 403, "not allowed: sqs:ReceiveMessage on sourceB-dlq")

    sqs.meta.events.register("before-call.sqs.ReceiveMessage", refuse)
    refused = open_page(console)
    sqs.meta.events.unregister("before-call.sqs.ReceiveMessage", refuse)
    read = open_page(console)

    assert refused.status_code == 403
    assert "sqs:ReceiveMessage on sourceB-dlq" in text_of(refused)
    assert events_of(read) == ["c-1"]


def test_an_environment_without_dead_letters_says_so(cloud: Cloud, console: httpx.Client) -> None:
    assert cloud.dead_letters() == []

    assert "There is no visible dead letter." in text_of(open_page(console))


def test_the_largest_group_of_a_queue_offers_to_edit_all(
    cloud: Cloud, console: httpx.Client
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"), {"id": "r-3", "type": "rocket.upsert"})

    page = open_page(console, "/dead-letters/largest", source="sourceB")
    none = open_page(console, "/dead-letters/largest", source="sourceA")

    assert str(page.url).endswith("/dead-letters?source=sourceB&reason=invalid_entity")
    assert "Edit all 2 dead letters" in text_of(page)
    assert "No dead letter matches." in text_of(none)


def test_the_pages_keep_only_the_oldest_of_many(
    cloud: Cloud, console: httpx.Client, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))
    complete = open_page(console)
    assert runtime.dead_letters.last_read
    monkeypatch.setattr(
        dead_letter_reader, "MAX_BYTES", len(runtime.dead_letters.last_read.dead_letters[0].body)
    )

    cut = read_again(console)

    sentence = "1 more is visible, but not shown here"
    assert (len(events_of(complete)), len(events_of(cut))) == (2, 1)
    assert (sentence in text_of(complete), sentence in text_of(cut)) == (False, True)


def test_only_cells_with_long_words_break_words(cloud: Cloud, console: httpx.Client) -> None:
    dead_letter(cloud, *leases("c-1"), {"id": "r-3", "type": f"{'x' * 30}.upsert"})

    page = open_page(console)

    assert '<td data-label="Reason" class="short">invalid_entity</td>' in page.text
    assert f'<td data-label="Entity" class="">{"X" * 30}</td>' in page.text
