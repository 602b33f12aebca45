"""Every hostile input ends as documented, at the API and behind the topic."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import uuid4

import pytest

from ingestion.handlers import api
from ingestion.store.table import ENTITY_NAME, is_field
from tests.faults.corpus.inputs import STORED, UNROUTED, Answer, Message, Request
from tests.faults.corpus.messages import MESSAGES, REDRIVES
from tests.faults.corpus.requests import REQUESTS
from tests.integration.cloud import SOURCES, Cloud
from tests.integration.conftest import Ingest
from tests.support.factories import Json, api_key, contract, event
from tests.support.invocations import context, request

Input = TypeVar("Input", Request, Message)
Counts = Callable[[], dict[str, int]]
Ends = dict[str, tuple[str | None, str, str]]

NEIGHBOUR = Message(
    "neighbour", STORED, event(contract("neighbour"), id="neighbour").json_bytes.decode()
)


def by_theme(inputs: Iterable[Input]) -> dict[str, list[Input]]:
    """Group inputs whose names begin alike, so that a group shares one slow setup."""
    themes: dict[str, list[Input]] = defaultdict(list)
    for sent in inputs:
        themes[sent.name.partition(":")[0]].append(sent)
    return themes


REQUEST_THEMES = by_theme(REQUESTS)
MESSAGE_THEMES = by_theme(MESSAGES)


def test_the_corpus_is_large_and_its_names_are_unique() -> None:
    request_names = [sent.name for sent in REQUESTS]
    message_names = [sent.name for sent in MESSAGES]

    assert min(len(REQUESTS), len(MESSAGES), len(REDRIVES)) >= 30
    assert len(REQUESTS) + len(MESSAGES) >= 120
    assert len(set(request_names)) == len(request_names)
    assert len(set(message_names)) == len(message_names)


@pytest.mark.parametrize("requests", REQUEST_THEMES.values(), ids=REQUEST_THEMES)
def test_hostile_requests_are_answered_as_documented_and_accepted_events_are_stored(
    cloud: Cloud, counts: Counts, requests: list[Request]
) -> None:
    answers = {sent.name: post(cloud, sent) for sent in requests}

    work(cloud)
    assert answers == {sent.name: sent.answer for sent in requests}
    assert entities(cloud) == {key: row for sent in requests for key, row in sent.rows.items()}
    assert counts().get("EventStored", 0) == sum(sent.event_count for sent in requests)
    assert ends(cloud) == {}


@pytest.mark.parametrize("messages", MESSAGE_THEMES.values(), ids=MESSAGE_THEMES)
def test_hostile_messages_end_as_documented_and_the_valid_one_is_stored(
    cloud: Cloud, messages: list[Message]
) -> None:
    for message in [*messages, NEIGHBOUR]:
        put_on_topic(cloud, message)

    work(cloud)

    stored = [NEIGHBOUR, *(message for message in messages if message.end == STORED)]
    lost = [message for message in messages if message.end != STORED]
    found = ends(cloud)
    assert {message.name: found.get(message.body, ())[:2] for message in lost} == {
        message.name: (message.source if message.end != UNROUTED else None, message.end)
        for message in lost
    }
    assert len(found) == len(lost)
    assert all(found[message.body][2].startswith(message.fault) for message in lost)
    assert entities(cloud) == {
        f"CONTRACT#{data['contract_id']}": data
        for data in (json.loads(message.body)["data"] for message in stored)
    }


def post(cloud: Cloud, sent: Request) -> Answer:
    key = api_key(sent.key) if sent.key and sent.key in SOURCES else sent.key
    credential = {} if key is None else {"X-Api-Key": key}
    path = sent.path.partition("?")[0]
    sent_request = request(path, sent.content, headers=credential | {**sent.headers})
    answer = api.handle(sent_request | {"httpMethod": sent.method}, context(), cloud.api_runtime)
    [content_type] = answer["multiValueHeaders"]["Content-Type"]
    return Answer.read(answer["statusCode"], content_type, answer["body"])


def put_on_topic(cloud: Cloud, message: Message) -> None:
    """Publish the message without the API. All messages share one message group."""
    attributes = {"source": message.source, **message.attributes}
    cloud.sns.publish(
        TopicArn=cloud.topic_arn,
        Message=message.body,
        MessageGroupId="group",
        MessageDeduplicationId=uuid4().hex,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    )


def work(cloud: Cloud) -> None:
    """Make the workers process every waiting message, without a failure."""
    for source in SOURCES:
        if records := cloud.queued(source):
            cloud.serve(source)
            assert cloud.work(*records) == []


def ends(cloud: Cloud) -> Ends:
    """Return source, reason and detail of each unstored message, by body."""
    dead_letters = {
        body: (source, reason, detail)
        for source in SOURCES
        for body, reason, detail in cloud.dead_letters(source)
    }
    return dead_letters | dict.fromkeys(cloud.unrouted(), (None, UNROUTED, ""))


def entities(cloud: Cloud) -> dict[str, Json]:
    """Return the entities in the table by key, without the fields that the platform adds."""
    return {
        key: {name: value for name, value in row.items() if is_field(name)}
        for key, row in cloud.rows().items()
        if ENTITY_NAME in row
    }


def test_dead_letters_that_would_fail_again_stay_and_are_reported_with_their_reason(
    cloud: Cloud, ingest: Ingest
) -> None:
    sent = {put_into_dead_letters(cloud, message): message for message in REDRIVES}

    answer = ingest("redrive", "-o", "json")

    document = json.loads(answer.stdout)
    assert answer.exit_code == 4
    assert document["redriven"] == 0
    assert {sent[f["message_id"]].name: f["reason"] for f in document["failures"]} == {
        message.name: message.end for message in REDRIVES
    }
    assert all(f["detail"].startswith(sent[f["message_id"]].fault) for f in document["failures"])
    assert len(ends(cloud)) == len({message.body for message in REDRIVES})
    assert cloud.routed() == 0


def put_into_dead_letters(cloud: Cloud, message: Message) -> str:
    """Send the message to the dead-letter queue as SQS does, and return its id."""
    own_id = uuid4().hex
    sent = cloud.sqs.send_message(
        QueueUrl=cloud.dead_letter_queue_urls[message.source],
        MessageBody=message.body,
        MessageGroupId=own_id,
        MessageDeduplicationId=own_id,
    )
    return str(sent["MessageId"])
