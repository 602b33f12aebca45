"""After a failure, the stream is retried from the record that failed."""

import pytest

from ingestion.errors import RejectedRecord, TransientFailure
from tests.integration.cloud import Cloud
from tests.support.canned import aws_error, canned, intercept
from tests.support.canned_topic import takes
from tests.support.factories import CANARY, Json, contract, delete_event, event

LATER = "2026-01-31T12:00:01.000000Z"


def sequence_numbers(batch: Json) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for record in batch["Records"]]


def poisoned(batch: Json, place: int) -> Json:
    """Replace the item at this place by one of no known entity, and return the batch."""
    images = batch["Records"][place]["dynamodb"]
    images["NewImage"] = {"ID": {"S": CANARY}, "ENTITY_NAME": {"S": CANARY}}
    return batch


def publish_as_lambda_does(cloud: Cloud, batch: Json) -> None:
    """Invoke the function with the records from the first failed one on, until none fails."""
    records = batch["Records"]
    while records:
        try:
            failures = cloud.publish_changes({"Records": records})
        except TransientFailure:
            continue
        numbers = sequence_numbers({"Records": records})
        records = records[numbers.index(failures[0]) :] if failures else []


def test_after_a_refusal_the_stream_is_retried_from_that_record(cloud: Cloud) -> None:
    cloud.work(*(event(contract(f"c-{n}"), id=str(n)) for n in range(3)))
    batch = cloud.stream()
    subjects = [record["dynamodb"]["NewImage"]["contract_id"]["S"] for record in batch["Records"]]
    topic = cloud.changes_runtime.router.sns

    def refuse_the_second(parameters: Json) -> object:
        entries = parameters["PublishBatchRequestEntries"]
        refused = [entry for entry in entries if f'"subject":"{subjects[1]}"' in entry["Message"]]
        return takes(entries, refused, sender_fault=True)

    intercept(topic, "PublishBatch", refuse_the_second)  # type: ignore[arg-type]

    assert cloud.publish_changes(batch) == [sequence_numbers(batch)[1]]


@pytest.mark.parametrize("sender_fault", [False, True], ids=["for a moment", "for good"])
def test_a_refused_change_is_published_before_the_later_changes_of_its_entity(
    cloud: Cloud, sender_fault: bool
) -> None:
    cloud.work(event(id="1"), event(contract("c-2"), id="2"), delete_event(id="3", time=LATER))
    batch = cloud.stream()
    refusals = [True]

    def refuse_the_first_once(parameters: Json) -> object:
        entries = parameters["PublishBatchRequestEntries"]
        created = [entry for entry in entries if '"type":"contract.created"' in entry["Message"]]
        first = [entry for entry in created if '"subject":"c-1"' in entry["Message"]]
        if not (first and refusals):
            return None
        refusals.clear()
        response = cloud.sns.publish_batch(
            TopicArn=cloud.change_topic_arn,
            PublishBatchRequestEntries=[entry for entry in entries if entry not in first],
        )
        failed = {"Id": first[0]["Id"], "Code": "InternalError", "SenderFault": sender_fault}
        return canned({"Successful": response["Successful"], "Failed": [failed]})

    intercept(cloud.changes_runtime.router.sns, "PublishBatch", refuse_the_first_once)  # type: ignore[arg-type]

    publish_as_lambda_does(cloud, batch)

    published = [(change.subject, change.kind) for change in cloud.published_changes()]
    assert [kind for subject, kind in published if subject == "c-1"] == ["created", "deleted"]
    assert ("c-2", "created") in published


def test_a_topic_that_accepts_nothing_fails_the_batch(cloud: Cloud) -> None:
    cloud.work(event())
    intercept(
        cloud.changes_runtime.router.sns,
        "PublishBatch",
        lambda _: aws_error("AuthorizationError", 403),
    )

    with pytest.raises(TransientFailure, match="AuthorizationError"):
        cloud.publish_changes(cloud.stream())


def test_an_invalid_record_is_retried_after_those_before_it_are_published(
    cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.work(*(event(contract(f"c-{n}"), id=str(n)) for n in range(3)))
    batch = poisoned(cloud.stream(), 1)

    failures = cloud.publish_changes(batch)

    assert failures == [sequence_numbers(batch)[1]]
    assert len(cloud.published_changes()) == 1
    output = "".join(capsys.readouterr())
    assert "record_unsound" in output
    assert CANARY not in output


def test_an_invalid_first_record_fails_its_batch_until_it_is_alone(cloud: Cloud) -> None:
    cloud.work(*(event(contract(f"c-{n}"), id=str(n)) for n in range(2)))
    batch = poisoned(cloud.stream(), 0)

    for half in (batch, {"Records": batch["Records"][:1]}):
        with pytest.raises(RejectedRecord, match="record_unsound"):
            cloud.publish_changes(half)
    others = cloud.publish_changes({"Records": batch["Records"][1:]})

    assert others == []
    assert len(cloud.published_changes()) == 1
