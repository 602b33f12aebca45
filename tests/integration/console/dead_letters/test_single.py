"""The page of one dead letter shows its content, its reason and its history."""

import json
import re

import httpx
import pytest

from ingestion.cli.console.runtime import Runtime
from ingestion.cli.redact_output import HIDDEN
from tests.integration.cloud import Cloud
from tests.integration.console.dead_letters.pages import open_page, read_again
from tests.integration.console.reading import text_of
from tests.integration.dead_letters.examples import dead_letter, drop_into_dead_letters, leases
from tests.integration.dead_letters.failures import give_up, stored
from tests.support.canned import aws_error
from tests.support.factories import CANARY, event, event_fields
from tests.support.people import person

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u202eevil\u0085'


def test_a_dead_letter_is_shown_with_its_reason_and_its_content(
    cloud: Cloud, console: httpx.Client
) -> None:
    dead_letter(cloud, *leases("c-1"))

    page = open_page(console, "/dead-letters/sourceB/c-1")

    shown = text_of(page)
    assert "A redrive would fail again: invalid_entity: data.contract_type" in shown
    assert '"contract_type": "lease"' in shown
    assert "ingest dlq show" in shown
    assert "/entities/CONTRACT/c-1" in page.text
    assert "/trace?id=c-1" in page.text


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/dead-letters/sourceB/c-9", 404, "no dead letter 'c-9'"),
        ("/dead-letters/sourceX/c-1", 404, "no dead letter 'c-1'"),
        ("/dead-letters/sourceB/twice", 422, "2 dead letters have this id"),
    ],
)
def test_an_id_that_names_no_single_dead_letter_is_refused(
    cloud: Cloud, console: httpx.Client, path: str, status: int, sentence: str
) -> None:
    bodies = [event(id="twice", subject=name).json_bytes.decode() for name in ("a", "b")]
    for number, body in enumerate(bodies):
        cloud.sqs.send_message(
            QueueUrl=cloud.dead_letter_queue_urls["sourceB"],
            MessageBody=body,
            MessageGroupId=str(number),
            MessageDeduplicationId=str(number),
        )

    page = open_page(console, path)

    assert page.status_code == status
    assert sentence in text_of(page)


def test_the_history_comes_from_the_audit_log(
    cloud: Cloud, console: httpx.Client, runtime: Runtime
) -> None:
    dead_letter(cloud, *leases("c-1"))
    fact = {"event_id": "c-1", "changed": [HOSTILE]}
    runtime.deployment.audit_log.write("edit", [fact])

    history = console.get("/dead-letters/history", params={"event": "c-1", "message": "m"})
    none = console.get("/dead-letters/history", params={"event": "c-2", "message": "m"})

    assert "edit" in text_of(history)
    assert "<script>" not in history.text
    assert "arn:aws:" in text_of(history)
    assert text_of(none) == "Nobody has changed this dead letter."


def test_a_history_that_may_not_be_read_is_one_sentence(
    cloud: Cloud, console: httpx.Client, runtime: Runtime
) -> None:
    assert cloud.messaging
    logs = runtime.deployment.client("logs")
    logs.meta.events.register(
        "before-call.cloudwatch-logs.FilterLogEvents",
        lambda **_: aws_error("AccessDeniedException", message="no logs:FilterLogEvents for you"),
    )

    history = console.get("/dead-letters/history", params={"event": "c-1", "message": "m"})

    assert "no logs:FilterLogEvents for you" in text_of(history)


def test_personal_data_is_shown_on_request(cloud: Cloud, console: httpx.Client) -> None:
    cloud.serve("operator")
    fields = event_fields(person(email=CANARY), entity_name="PERSON", source="operator", id="p-1")
    cloud.work(json.dumps(fields))

    hidden = open_page(console, "/dead-letters/operator/p-1")
    shown = open_page(console, "/dead-letters/operator/p-1", personal="1")
    listed = open_page(console)

    assert CANARY not in hidden.text + listed.text
    assert HIDDEN in hidden.text
    assert CANARY in shown.text
    assert "--show-personal" in text_of(shown)


def test_hostile_texts_are_only_shown(cloud: Cloud, console: httpx.Client) -> None:
    fields = event_fields(id=HOSTILE, subject=HOSTILE, type=f"contract.{HOSTILE}")
    drop_into_dead_letters(cloud, json.dumps(fields | {"x": "y" * 100_000}), HOSTILE)

    listed = open_page(console, personal="1")
    texts = [listed.text]
    for queue_and_id in set(_links(listed.text)):
        texts.append(open_page(console, queue_and_id, personal="1").text)
        one = queue_and_id.rpartition("/")[2]
        texts += [
            open_page(console, f"/dead-letters/{act}", id=one, personal="1", **more).text
            for act, more in [
                ("redrive", {}),
                ("drop", {}),
                ("edit", {"path": HOSTILE, "kind": "text", "value": HOSTILE}),
                ("edit", {"path": "subject", "kind": "text", "value": HOSTILE}),
            ]
        ]

    assert len(texts) == 11
    for text in texts:
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "\u202e" not in re.sub('value="[^"]*"', "", text)
    assert all("alert(1)" in text for text in (texts[0], texts[1], texts[6]))


def test_failed_changes_are_shown_with_their_records(cloud: Cloud, console: httpx.Client) -> None:
    give_up(cloud, stored(cloud, "c-1"))

    listed = read_again(console)
    [link] = set(_links(listed.text))
    shown = text_of(open_page(console, link))

    assert link.startswith("/dead-letters/changes/")
    assert "Records" in shown
    assert "A redrive would succeed." in shown
    assert "Not editable: a failed change cannot be edited" in shown


def _links(text: str) -> list[str]:
    marker = 'data-label="Event"><a href="'
    return [part.partition('"')[0].partition("?")[0] for part in text.split(marker)[1:]]
