"""What an operator does with dead letters: the command, the worker and the router on moto."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from ingestion.cli.dlq.actions import dead_letter_queues
from ingestion.cli.dlq.dead_letter import DeadLetter
from ingestion.cli.dlq.message_targets import RedrivenEvent
from ingestion.cli.dlq.queue import DeadLetterQueue
from ingestion.cli.environment import Checkout, Deployment
from ingestion.event import Event
from tests.integration.cloud import SOURCES, Cloud
from tests.integration.conftest import AUDIT, Ingest
from tests.integration.used_grants import RecordingSession
from tests.support.factories import Json, aws_error, contract, event, event_fields
from tests.support.hooks import hooked

# The worker dead-letters this contract, because its type does not exist.
LEASE = contract(contract_type="lease")

Counts = Callable[[], dict[str, int]]


def dead_letter(cloud: Cloud, *bodies: Json | str) -> None:
    """Make sourceB's worker dead-letter these: each an invalid contract, or any text."""
    cloud.work(
        *(b if isinstance(b, str) else json.dumps(event_fields() | b) for b in bodies),
    )


def leases(*names: str) -> list[Json]:
    """Make an invalid event for each id, each about a contract of its own."""
    return [{"id": n, "subject": n, "data": contract(n, contract_type="lease")} for n in names]


def listed(ingest: Ingest, *options: str) -> Any:
    """Return what `dlq list` prints as JSON."""
    result = ingest("list", "-o", "json", *options)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def ids(document: Any) -> list[str]:
    return sorted(found["event_id"] for found in document["letters"])


def audited() -> list[tuple[str, str]]:
    """Return the action and the event of every line of the audit log."""
    found = boto3.client("logs").filter_log_events(logGroupName=AUDIT)["events"]
    lines = [json.loads(line["message"]) for line in found]
    assert all(line["actor"].startswith("arn:aws:") for line in lines)
    return [(line["action"], line["event_id"]) for line in lines]


def work_off(cloud: Cloud) -> None:
    """Make the worker of sourceB process every message in its queue."""
    assert cloud.work(*cloud.queued()) == []


def test_dead_letters_are_counted_by_reason_and_listed(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"), {"id": "e-3", "type": "rocket.upsert"}, "no event")

    document = listed(ingest)

    assert document["counts"] == [
        {"queue": "sourceB", "reason": "invalid_entity", "count": 2},
        {"queue": "sourceB", "reason": "unknown_entity", "count": 1},
        {"queue": "sourceB", "reason": "invalid_event", "count": 1},
    ]
    assert "data.contract_type" in document["letters"][0]["detail"]
    assert [found["redrive_count"] for found in document["letters"]] == [0] * 4
    table = ingest("list").stdout
    assert "invalid_entity" in table
    assert "c-2" in table


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--reason", "invalid_entity"], ["c-1", "c-2"]),
        (["--source", "sourceB", "--limit", "1"], ["c-1"]),
        (["--source", "sourceA"], []),
        (["--source", "unrouted"], []),
        (["--since", "1h"], ["c-1", "c-2", "c-3"]),
        (["--since", "2020-01-01T00:00:00Z"], ["c-1", "c-2", "c-3"]),
        (["--since", "2199-01-01"], []),
    ],
    ids=" ".join,
)
def test_the_list_is_filtered_by_options(
    cloud: Cloud, ingest: Ingest, options: list[str], expected: list[str]
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"), {"id": "c-3", "type": "rocket.upsert"})

    assert ids(listed(ingest, *options)) == expected


def test_a_list_that_is_cut_off_prints_how_many_more_there_are(
    cloud: Cloud, ingest: Ingest
) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))

    assert "1 more" in ingest("list", "--limit", "1").stderr


def test_reading_dead_letters_ten_times_changes_nothing(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))

    for _ in range(5):
        ingest("list")
        ingest("show", "c-1")

    assert ids(listed(ingest)) == ["c-1", "c-2"]
    assert len(cloud.dead_letters()) == 2  # They are received at once, so no lease is left.
    assert audited() == []


def queue_of(checkout: Checkout) -> DeadLetterQueue:
    """Return the dead-letter queue of sourceB."""
    return dead_letter_queues(Deployment.load("local", checkout))["sourceB"]


@pytest.mark.usefixtures("ingest")
def test_messages_are_released_when_the_command_is_interrupted(
    cloud: Cloud, checkout: Checkout
) -> None:
    dead_letter(cloud, *leases("c-1"))
    queue = queue_of(checkout)

    def lease() -> None:
        with queue.leased() as pages:
            next(pages)
            assert cloud.dead_letters() == []  # The message is leased.
            stopped()

    with pytest.raises(KeyboardInterrupt):
        lease()

    assert len(cloud.dead_letters()) == 1


def stopped(**_: object) -> None:
    """Raise the exception that Ctrl-C causes."""
    raise KeyboardInterrupt


def test_a_dead_letter_without_a_reason_failed_five_times(cloud: Cloud, ingest: Ingest) -> None:
    for number, attributes in enumerate([{}, {"ErrorCode": "AccessDenied"}]):
        cloud.sqs.send_message(
            QueueUrl=cloud.dead_letter_queue_urls["sourceB"],
            MessageBody=event(id=f"e-{number}").json_bytes.decode(),
            MessageGroupId=str(number),
            MessageDeduplicationId=str(number),
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value}
                for name, value in attributes.items()
            },
        )

    reasons = {found["event_id"]: found["reason"] for found in listed(ingest)["letters"]}

    assert reasons == {"e-0": "retries_exhausted", "e-1": "undelivered"}


def test_show_prints_event_reason_and_history(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1"))
    ingest("edit", "c-1", "--set", "data.contract_name=Pumps")

    shown = json.loads(ingest("show", "c-1", "-o", "json").stdout)

    assert shown["event"]["data"]["contract_name"] == "Pumps"
    assert shown["reason"] == "invalid_entity"
    assert "data.contract_type" in shown["would_fail"]
    [line] = shown["history"]
    assert line["action"] == "edit"
    assert line["changed"] == ["data.contract_name"]
    assert "edit by arn:aws:" in ingest("show", "c-1").stdout


def test_each_edited_dead_letter_is_stored_once_by_two_redrives(
    cloud: Cloud, ingest: Ingest, counts: Counts
) -> None:
    names = [f"c-{number}" for number in range(12)]
    dead_letter(cloud, *leases(*names))
    for name in names:
        assert ingest("edit", name, "--set", "data.contract_type=works").exit_code == 0
    counts()

    first = ingest("redrive", "--source", "sourceB")
    work_off(cloud)

    assert first.exit_code == 0, first.output
    assert counts() == {"EventStored": 12, "EventRedriven": 12}
    assert {row["contract_type"] for row in cloud.rows().values()} == {"works"}
    second = json.loads(ingest("redrive", "-o", "json").stdout)
    assert second["redriven"] == 0
    assert cloud.queued() == []
    assert cloud.dead_letters() == []
    assert sorted(audited()) == sorted((act, n) for act in ("edit", "redrive") for n in names)


def test_a_dead_letter_that_would_fail_again_stays_and_is_reported(
    cloud: Cloud, ingest: Ingest
) -> None:
    dead_letter(cloud, *leases("c-1"), "no event")

    result = ingest("redrive")

    assert result.exit_code == 4
    assert "c-1: invalid_entity: data.contract_type" in result.stderr
    assert "invalid_event" in result.stderr
    assert len(cloud.dead_letters()) == 2
    assert cloud.queued() == []
    assert audited() == []


def test_a_dry_run_changes_nothing(cloud: Cloud, ingest: Ingest) -> None:
    valid = event(id="e-1").json_bytes.decode()
    dead_letter(cloud, *leases("c-1"))
    drop_into_dead_letters(cloud, valid)

    result = ingest("redrive", "--dry-run", "-o", "json")

    document = json.loads(result.stdout)
    assert document["redriven"] == 1
    assert document["would_fail"] == 1
    assert document["dry_run"] is True
    assert len(cloud.dead_letters()) == 2
    assert cloud.queued() == []
    assert audited() == []


def drop_into_dead_letters(cloud: Cloud, *bodies: str) -> None:
    """Put messages into the dead-letter queue as SQS does after five receives."""
    for body in bodies:
        cloud.sqs.send_message(
            QueueUrl=cloud.dead_letter_queue_urls["sourceB"],
            MessageBody=body,
            MessageGroupId="group",
            MessageDeduplicationId=body[:60].translate({ord(c): "-" for c in ' {}"'}),
        )


def test_redrive_respects_its_filters_and_limit(cloud: Cloud, ingest: Ingest) -> None:
    for number in range(4):
        valid = event(contract(f"c-{number}"), id=f"e-{number}")
        cloud.sqs.send_message(
            QueueUrl=cloud.dead_letter_queue_urls["sourceB"],
            MessageBody=valid.json_bytes.decode(),
            MessageGroupId=valid.group_id,
            MessageDeduplicationId=valid.id,
        )

    ingest("redrive", "--id", "e-2")
    ingest("redrive", "--limit", "1")

    assert ids(listed(ingest)) == ["e-1", "e-3"]
    assert sorted(Event.from_json(record["body"]).id for record in cloud.queued()) == ["e-0", "e-2"]


def test_after_a_crash_between_publish_and_delete_an_event_is_stored_once(
    cloud: Cloud, ingest: Ingest, counts: Counts, session: RecordingSession
) -> None:
    drop_into_dead_letters(cloud, event().json_bytes.decode())

    with hooked(session, "before-call.sqs.DeleteMessageBatch", stopped):
        assert ingest("redrive").exit_code != 0
    work_off(cloud)
    assert len(listed(ingest)["letters"]) == 1

    assert ingest("redrive").exit_code == 0

    cloud.work(*cloud.queued())
    assert counts()["EventStored"] == 1
    assert set(cloud.rows()) == {"CONTRACT#c-1"}
    assert cloud.dead_letters() == []


def test_a_dead_letter_that_the_topic_does_not_accept_stays(
    cloud: Cloud, ingest: Ingest, session: RecordingSession
) -> None:
    drop_into_dead_letters(cloud, event().json_bytes.decode())
    refused = aws_error("AuthorizationError", 403)

    with hooked(session, "before-call.sns.PublishBatch", lambda **_: refused):
        result = ingest("redrive")

    assert result.exit_code == 5
    assert len(cloud.dead_letters()) == 1


def test_a_dead_letter_counts_its_redrives(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1"))
    ingest("edit", "c-1", "--set", "data.contract_type=works")
    ingest("redrive")
    [again] = cloud.queued()
    assert again["messageAttributes"]["redrive_count"]["stringValue"] == "1"

    cloud.write_catalog(narrowed())
    cloud.work(again)

    [entry] = listed(ingest)["letters"]
    assert entry["reason"] == "unknown_entity"
    assert entry["redrive_count"] == 1


def narrowed() -> Json:
    """Return a catalog in which sourceB may send milestones only."""
    source = {"path": "b", "entities": ["MILESTONE"], "auth": "api_key"}
    return {"sources": {"sourceB": source}}


def test_each_redrive_has_a_deduplication_id_of_its_own() -> None:
    valid = event()

    def back(count: int, message_id: str = "m-1") -> str:
        attributes = {"redrive_count": str(count - 1)}
        failed = DeadLetter("sourceB", message_id, "r-1", "{}", datetime.now(UTC), attributes)
        return RedrivenEvent(**valid.model_dump(), dead_letter=failed).deduplication_id

    assert len({valid.deduplication_id, back(1), back(2), back(1, "m-2")}) == 4
    assert back(1) == back(1)


def test_an_edit_sets_text_and_json_and_removes_fields(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, {"id": "e-1", "data": LEASE | {"colour": "red"}})
    changes = ["--set", "data.contract_type=works", "--set", 'data.contract_name:="5 \\u20ac"']

    result = ingest("edit", "e-1", *changes, "--unset", "data.colour")

    assert result.exit_code == 0, result.output
    assert "may be redriven" in result.stderr
    ingest("redrive")
    work_off(cloud)
    assert cloud.rows()["CONTRACT#c-1"]["contract_name"] == "5 €"


def test_an_edit_prints_what_would_still_fail(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1"))

    result = ingest("edit", "c-1", "--set", "data.contract_type:=5")

    assert result.exit_code == 4
    assert "data.contract_type" in result.stderr
    assert ids(listed(ingest)) == ["c-1"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["edit", "c-1"], 2, "no change is given"),
        (["edit", "c-1", "--set", "data"], 2, "PATH=VALUE"),
        (["edit", "c-1", "--set", "=x"], 2, "PATH=VALUE"),
        (["edit", "c-1", "--set", "data.x:={"], 2, "takes JSON"),
        (["edit", "c-1", "--set", "nowhere.x=1"], 2, "no field 'nowhere.x'"),
        (["edit", "c-1", "--unset", "data.nothing"], 2, "no field 'data.nothing'"),
        (["edit", "text", "--set", "id=1"], 3, "no dead letter 'text'"),
        (["show", "c-9"], 3, "no dead letter 'c-9'"),
        (["show", "twice"], 2, "2 dead letters have this id"),
        (["redrive", "--id", "c-9"], 3, "no dead letter c-9"),
        (["redrive", "--source", "sourceX"], 2, "operator, sourceA, sourceB, sourceC, unrouted"),
        (["list", "--since", "yesterday"], 2, "30m, 2h or 7d"),
        (["list", "--since", "999999d"], 2, "30m, 2h or 7d"),
        (["edit", "c-1", "--set", "data.x=\udcff"], 2, "UTF-8 text"),
        (["drop"], 2, "nothing is selected"),
        (["drop", "c-9", "--yes"], 3, "no such dead letter"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_impossible_command_prints_the_reason_and_changes_nothing(
    cloud: Cloud, ingest: Ingest, arguments: list[str], code: int, message: str
) -> None:
    dead_letter(cloud, *leases("c-1", "twice"), {"id": "twice", "type": "rocket.upsert"})

    result = ingest(*arguments)

    assert result.exit_code == code
    assert message in " ".join(result.stderr.replace("│", " ").split())
    assert len(cloud.dead_letters()) == 3
    assert audited() == []


def test_a_message_that_is_not_a_json_object_cannot_be_edited(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, "no event")
    [entry] = listed(ingest)["letters"]

    result = ingest("edit", entry["message_id"], "--set", "id=1")

    assert result.exit_code == 2
    assert len(cloud.dead_letters()) == 1
    assert "drop it and send the event again" in result.stderr


def test_drop_asks_for_confirmation(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))

    no = ingest("drop", "c-1", stdin="n\n")
    left_after_no = ids(listed(ingest))
    yes = ingest("drop", "c-1", stdin="y\n")

    assert no.exit_code == 1
    assert left_after_no == ["c-1", "c-2"]
    assert yes.exit_code == 0
    assert ids(listed(ingest)) == ["c-2"]
    assert audited() == [("drop", "c-1")]


def test_a_missing_id_is_reported_and_the_others_are_processed(
    cloud: Cloud, ingest: Ingest
) -> None:
    dead_letter(cloud, *leases("c-1"))
    drop_into_dead_letters(cloud, event(id="e-1").json_bytes.decode())

    dropped = ingest("drop", "c-1", "nope", "--yes")
    redriven = ingest("redrive", "--id", "e-1", "--id", "nope")

    assert dropped.exit_code == 3
    assert redriven.exit_code == 3
    assert "no dead letter nope" in dropped.stderr
    assert "no dead letter nope" in redriven.stderr
    assert cloud.dead_letters() == []


def test_a_missing_id_is_reported_with_those_that_would_fail(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1"))

    result = ingest("redrive", "--id", "c-1", "--id", "nope")

    assert result.exit_code == 4
    assert "c-1: invalid_entity" in result.stderr
    assert "no dead letter nope" in result.stderr


def test_the_limit_of_redrive_counts_only_redriven_events(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"))
    for number in (3, 4):
        dead_letter(cloud, *leases(f"c-{number}"))
        ingest("edit", f"c-{number}", "--set", "data.contract_type=works")

    result = ingest("redrive", "--limit", "1", "-o", "json")

    assert json.loads(result.stdout)["redriven"] == 1
    assert len(cloud.dead_letters()) == 3


@pytest.mark.usefixtures("ingest")
def test_messages_that_reappear_do_not_end_a_lease(cloud: Cloud, checkout: Checkout) -> None:
    names = [f"c-{number}" for number in range(12)]
    dead_letter(cloud, *leases(*names))

    with replace(queue_of(checkout), lease_seconds=1).leased() as pages:
        seen = [message.event_id for message in next(pages)]
        time.sleep(1.5)  # Longer than one lease: the lease grows with the length of the queue.
        seen += [message.event_id for page in pages for message in page]

    assert sorted(seen) == sorted(names)


def test_an_edit_keeps_the_message_id_and_the_history(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1"))
    [entry] = listed(ingest)["letters"]

    ingest("edit", "c-1", "--set", "id:=5")
    edited = ingest("edit", entry["message_id"], "--set", "id=c-1\uffff")

    assert edited.exit_code == 4, edited.output
    shown = json.loads(ingest("show", entry["message_id"], "-o", "json").stdout)
    assert [line["changed"] for line in shown["history"]] == [["id"], ["id"]]
    assert shown["event"]["id"] == "c-1\uffff"


def test_drop_deletes_every_dead_letter_with_the_reason(cloud: Cloud, ingest: Ingest) -> None:
    dead_letter(cloud, *leases("c-1", "c-2"), {"id": "c-3", "type": "rocket.upsert"})

    result = ingest("drop", "--reason", "invalid_entity", "--yes")

    assert "Deleted 2" in result.stderr
    assert ids(listed(ingest)) == ["c-3"]


def test_unrouted_events_of_a_known_source_can_be_redriven(cloud: Cloud, ingest: Ingest) -> None:
    for number, source in enumerate(("sourceB", "nowhere")):
        cloud.sns.publish(
            TopicArn=cloud.topic_arn,
            Message=event(source=source, id=f"e-{number}").json_bytes.decode(),
            MessageGroupId="g",
            MessageDeduplicationId=source,
            MessageAttributes={"source": {"DataType": "String", "StringValue": "mistyped"}},
        )
    assert listed(ingest)["counts"] == [{"queue": "unrouted", "reason": "unrouted", "count": 2}]

    result = ingest("redrive", "--source", "unrouted")

    assert result.exit_code == 4
    assert "unknown_source: source: must be one of " + ", ".join(SOURCES) in result.stderr
    work_off(cloud)
    assert set(cloud.rows()) == {"CONTRACT#c-1"}
    assert ids(listed(ingest)) == ["e-1"]


def test_a_redrive_keeps_extension_attributes(cloud: Cloud, ingest: Ingest) -> None:
    extended = event_fields() | {"traceparent": "00-abc-01"}
    drop_into_dead_letters(cloud, json.dumps(extended))

    ingest("redrive")

    [back] = cloud.queued()
    assert json.loads(back["body"]) == extended


@pytest.mark.parametrize(
    "command",
    [["redrive"], ["edit", "event-1", "--set", "data.contract_name=x"], ["drop", "--since", "1h"]],
    ids=lambda command: command[0],
)
def test_without_an_audit_log_a_command_changes_nothing(
    cloud: Cloud, ingest: Ingest, command: list[str]
) -> None:
    before = event().json_bytes.decode()
    drop_into_dead_letters(cloud, before)
    boto3.client("logs").delete_log_group(logGroupName=AUDIT)

    result = ingest(*command, stdin="y\n")

    assert isinstance(result.exception, ClientError)
    [message] = cloud._receive(cloud.dead_letter_queue_urls["sourceB"])
    assert message["Body"] == before
    assert cloud.queued() == []
