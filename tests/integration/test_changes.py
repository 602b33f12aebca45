"""From the table's stream to the change topic: the real function on moto's stream and topic."""

from collections.abc import Callable

import pytest
from jsonschema import Draft7Validator

from ingestion.errors import RejectedRecord, TransientFailure
from ingestion.openapi import asyncapi
from tests.integration.cloud import Cloud
from tests.support.canned_topic import takes
from tests.support.factories import (
    CANARY,
    Json,
    aws_error,
    contract,
    delete_event,
    equipment,
    event,
    intercept,
)

LATER = "2026-01-31T12:00:01.000000Z"
LAST = "2026-01-31T12:00:02.000000Z"


def write_history(cloud: Cloud) -> None:
    """A contract's whole life, and another contract."""
    cloud.work(
        event(id="1"),
        event(contract("c-2"), id="2"),
        event(contract(contract_status="terminated"), id="3", time=LATER),
        delete_event(id="4", time=LAST),
        delete_event("c-3", id="5"),
    )


def sequence_numbers(batch: Json) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for record in batch["Records"]]


def poisoned(batch: Json, place: int) -> Json:
    """The batch with an item of nobody's at this place."""
    images = batch["Records"][place]["dynamodb"]
    images["NewImage"] = {"ID": {"S": CANARY}, "ENTITY_NAME": {"S": CANARY}}
    return batch


def test_what_was_stored_is_told_in_order(
    cloud: Cloud, counts: Callable[[], dict[str, int]]
) -> None:
    write_history(cloud)
    counts()

    failures = cloud.tell(cloud.stream())

    assert failures == []
    told = [(it.subject, it.kind, it.data.cause.id) for it in cloud.told()]
    assert [it for it in told if it[0] == "c-1"] == [
        ("c-1", "created", "1"),
        ("c-1", "updated", "3"),
        ("c-1", "deleted", "4"),
    ]
    assert ("c-2", "created", "2") in told
    assert len(told) == 4
    assert counts() == {"ChangePublished": 4, "ChangeSkipped": 1}


def test_a_batch_told_twice_is_the_same_changes(cloud: Cloud) -> None:
    write_history(cloud)
    batch = cloud.stream()

    cloud.tell(batch)
    first = cloud.told()
    cloud.tell(batch)

    assert first
    assert cloud.told() == first  # AWS's topic swallows it: the messages' ids are the same.


def test_every_change_is_as_the_asyncapi_document_says(cloud: Cloud) -> None:
    write_history(cloud)
    cloud.serve("sourceA")
    cloud.work(
        event(
            equipment(parent_equipment_id="e-0"),
            id="6",
            source="sourceA",
            entity_name="EQUIPMENT",
            subject="e-1",
        )
    )
    document = asyncapi.document(cloud.change_topic_arn)
    cloud.tell(cloud.stream())

    told = cloud.told()

    assert {it.type for it in told} == {
        *("contract.created", "contract.updated", "contract.deleted", "equipment.created")
    }
    for change in told:
        message = document["components"]["messages"][change.type.replace(".", "_")]
        for part, instance in (
            ("payload", change.model_dump()),
            ("headers", change.attributes),
        ):
            schema = message[part] | {"components": document["components"]}
            Draft7Validator(schema).validate(instance)


def test_a_change_that_says_otherwise_is_refused_by_the_document(cloud: Cloud) -> None:
    document = asyncapi.document(cloud.change_topic_arn)
    cloud.work(event())
    cloud.tell(cloud.stream())
    [change] = cloud.told()
    payload = document["components"]["messages"]["contract_created"]["payload"]
    validator = Draft7Validator(payload | {"components": document["components"]})

    for wrong in (
        {"type": "contract.deleted"},
        {"data": change.data.model_dump() | {"before": contract()}},
        {"data": change.data.model_dump() | {"after": contract(contract_type="lease")}},
        {"data": change.data.model_dump() | {"left_out": ["middle"]}},
        {"time": None},
    ):
        assert not validator.is_valid(change.model_dump() | wrong)


def test_after_a_refusal_the_stream_is_repeated_from_there(cloud: Cloud) -> None:
    cloud.work(*(event(contract(f"c-{n}"), id=str(n)) for n in range(3)))
    batch = cloud.stream()
    subjects = [record["dynamodb"]["NewImage"]["contract_id"]["S"] for record in batch["Records"]]
    topic = cloud.changes_runtime.router.sns

    def refuse_the_second(parameters: Json) -> object:
        entries = parameters["PublishBatchRequestEntries"]
        refused = [it for it in entries if f'"subject":"{subjects[1]}"' in it["Message"]]
        return takes(entries, refused, sender_fault=True)

    intercept(topic, "PublishBatch", refuse_the_second)  # type: ignore[arg-type]

    assert cloud.tell(batch) == [sequence_numbers(batch)[1]]


def test_a_topic_that_takes_nothing_fails_the_batch(cloud: Cloud) -> None:
    cloud.work(event())
    intercept(
        cloud.changes_runtime.router.sns,
        "PublishBatch",
        lambda _: aws_error("AuthorizationError", 403),
    )

    with pytest.raises(TransientFailure, match="AuthorizationError"):
        cloud.tell(cloud.stream())


def test_a_bad_record_ends_the_batch_before_it(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.work(*(event(contract(f"c-{n}"), id=str(n)) for n in range(3)))
    batch = poisoned(cloud.stream(), 1)

    failures = cloud.tell(batch)

    assert failures == [sequence_numbers(batch)[1]]
    assert len(cloud.told()) == 1
    said = "".join(capsys.readouterr())
    assert "record_unsound" in said
    assert CANARY not in said


def test_a_bad_record_that_comes_first_fails_its_batch_until_it_is_alone(cloud: Cloud) -> None:
    cloud.work(*(event(contract(f"c-{n}"), id=str(n)) for n in range(2)))
    batch = poisoned(cloud.stream(), 0)

    for half in (batch, {"Records": batch["Records"][:1]}):
        with pytest.raises(RejectedRecord, match="record_unsound"):
            cloud.tell(half)
    others = cloud.tell({"Records": batch["Records"][1:]})

    assert others == []
    assert len(cloud.told()) == 1


def test_an_empty_batch_is_no_failure(cloud: Cloud) -> None:
    assert cloud.tell({"Records": []}) == []


def test_subscribers_filter_by_entity_and_kind(cloud: Cloud) -> None:
    wanted = {"entity_name": ["CONTRACT"], "kind": ["deleted"]}
    url = cloud.subscribe(wanted)
    write_history(cloud)

    cloud.tell(cloud.stream())

    [message] = cloud._receive(url)
    assert '"type":"contract.deleted"' in message["Body"]
