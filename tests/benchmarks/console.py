"""The console's pages with 1,000 dead letters and 100,000 entities, and a repair of all of them.

An emulator holds them, and answers one call after another. The pages come over HTTP.
"""

import re
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
from boto3.dynamodb.types import TypeSerializer

import entities
from ingestion.catalog import Source
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.store.table import ENTITY_NAME, ENTITY_NAME_INDEX, ID, reference_index
from tests.benchmarks.figures.figure import Figure, print_figures
from tests.benchmarks.status import environment, policy
from tests.support.browser.served_console import operators_browser, served
from tests.support.browser.waiting import wait_for
from tests.support.factories import NOON, Json, contract, event

DEAD_LETTERS, ENTITIES = 1_000, 100_000
TARGET_MS = 500
# The emulator interprets the expressions of a filter for each entity. DynamoDB finds the name by
# its index, and filters what it reads.
FILTERED_MS = 5_000
REPAIR_SECONDS = 10
READS = 40
DEADLINE_SECONDS = 120  # A page that shows what it should only later fails the benchmark.
AUDIT = "audit"
SOURCE = "source1"
FILTERED = "entities of a source"
# Each page, and what it must show: a page that waits for a read, or finds nothing, is no sample.
PAGES = {
    "overview": ("/", f'<a href="/sources/{SOURCE}">'),
    "dead letters": ("/dead-letters", f"<h2>{DEAD_LETTERS:,} dead letters</h2>"),
    "dead letters, page 20": (
        f"/dead-letters?source={SOURCE}&reason=invalid_entity&page=20",
        f"951 to {DEAD_LETTERS:,} of {DEAD_LETTERS:,}",
    ),
    "a dead letter": (f"/dead-letters/{SOURCE}/dead-500", "A redrive would fail again"),
    "entities": ("/entities?entity=CONTRACT", "/entities/CONTRACT/c-000049"),
    FILTERED: (f"/entities?entity=CONTRACT&source={SOURCE}", "/entities/CONTRACT/c-000001"),
    "an entity": (f"/entities/CONTRACT/c-{ENTITIES // 2:06}", f"of site {ENTITIES // 2}"),
}
AUDIT_LOG = ("/audit", "1 to 50")
ALIKE = {"source": SOURCE, "reason": "invalid_entity"}
TO_SERVICES = {"path": "data.contract_type", "kind": "text", "value": "services"}
EDIT = f"/dead-letters/edit?{urlencode(ALIKE | TO_SERVICES)}"
_serialize = TypeSerializer().serialize


def figures() -> Iterator[Figure]:
    """Yield the p95 of each page, and the seconds of a repair."""
    with environment(3) as directory:
        deployment = _with_topic(Deployment.load("local", Checkout(directory)))
        _store_entities(deployment)
        _fill_dead_letter_queue(deployment)
        with served(deployment) as runtime, operators_browser(runtime) as browser:
            for name, (path, expected) in PAGES.items():
                yield _page_figure(browser, name, path, expected)
            seconds = _seconds_of_repair(browser)
            name = "edit and redrive of 1,000 dead letters"
            yield Figure("console", name, "", REPAIR_SECONDS, [seconds], "s")
            yield _page_figure(browser, "audit log", *AUDIT_LOG)  # The repair wrote its lines.


def _page_figure(browser: httpx.Client, name: str, path: str, expected: str) -> Figure:
    """Return the p95 of a page, after a first read that may wait."""
    _open(browser, path, expected)
    samples = sorted(_milliseconds(browser, path, expected) for _ in range(READS))
    p95 = samples[int(READS * 0.95) - 1]
    target = FILTERED_MS if name == FILTERED else TARGET_MS
    return Figure("console", f"p95 of a page: {name}", "", target, [p95], "ms")


def _milliseconds(browser: httpx.Client, path: str, expected: str) -> float:
    started = time.perf_counter()
    _open(browser, path, expected)
    return 1000 * (time.perf_counter() - started)


def _open(browser: httpx.Client, path: str, expected: str) -> httpx.Response:
    """Open a page again until it shows the expected text."""

    def read() -> httpx.Response | None:
        page = browser.get(path).raise_for_status()
        return page if expected in page.text else None

    return wait_for(read, DEADLINE_SECONDS, lambda: f"no {expected!r} at {path}")


def _seconds_of_repair(browser: httpx.Client) -> float:
    """Edit and redrive all dead letters, as an operator confirms it. Return when the work ends."""
    preview = _open(browser, EDIT, 'name="digest"')
    digest = re.search(r'name="digest" value="(\w+)"', preview.text)
    assert digest, preview.text
    started = time.perf_counter()
    work = browser.post(EDIT, data={"digest": digest[1], "then": "redrive"}).raise_for_status()
    _open(browser, work.url.path, f"Edited and redrove {DEAD_LETTERS:,} dead letters.")
    return time.perf_counter() - started


def _with_topic(deployment: Deployment) -> Deployment:
    """Return the environment with a catalog, a topic that feeds the source, and an audit log."""
    sns, sqs, logs = map(deployment.client, ("sns", "sqs", "logs"))
    topic = sns.create_topic(Name="router.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    url = deployment.queue_urls[SOURCE]
    name = {"AttributeNames": ["QueueArn"]}
    queue = sqs.get_queue_attributes(QueueUrl=url, **name)["Attributes"]["QueueArn"]
    delivery = policy(Action="sqs:SendMessage", Resource=queue, Principal="*")
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": delivery})
    raw = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes=raw)
    logs.create_log_group(logGroupName=AUDIT)
    sources = {
        source: Source(path=source.lower(), auth="api_key", entities=["CONTRACT"])
        for source in deployment.queue_urls
    }
    changes = {"topic_arn": topic, "audit_log_group": AUDIT, "sources": sources}
    return deployment.model_copy(update=changes)


def _store_entities(deployment: Deployment) -> None:
    """Make the indexes, and put the entities into the table."""
    dynamodb, table = deployment.client("dynamodb"), deployment.table_name
    references = sorted({reference.field for reference in entities.references()})
    indexes = {ENTITY_NAME_INDEX: ENTITY_NAME} | {reference_index(f): f for f in references}
    for name, attribute in indexes.items():
        keys = {attribute: "HASH", ID: "RANGE"}
        index = {
            "IndexName": name,
            "KeySchema": [{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
            "Projection": {"ProjectionType": "ALL"},
        }
        dynamodb.update_table(
            TableName=table,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            GlobalSecondaryIndexUpdates=[{"Create": index}],
        )
    for first in range(0, ENTITIES, 25):  # DynamoDB: the most of one call.
        puts = [{"PutRequest": {"Item": _item(first + n)}} for n in range(25)]
        dynamodb.batch_write_item(RequestItems={table: puts})


def _item(number: int) -> Json:
    entity = contract(f"c-{number:06}", contract_name=f"Turbines of site {number}")
    source = f"source{number % 3}"
    times = dict.fromkeys(("time", "received_at", "stored_at"), NOON)
    values: Json = entity | {
        ID: f"CONTRACT#{entity['contract_id']}",
        ENTITY_NAME: "CONTRACT",
        "_event": {"id": f"e-{number}", "source": source, **times},
    }
    return {name: _serialize(value) for name, value in values.items()}


def _fill_dead_letter_queue(deployment: Deployment) -> None:
    """Put dead letters into the queue of a source, which the worker refused for one reason."""
    sqs = deployment.client("sqs")
    url = deployment.dead_letter_queue_urls[SOURCE]
    for first in range(0, DEAD_LETTERS, 10):
        entries = [_dead_letter(first + n) for n in range(10)]
        sqs.send_message_batch(QueueUrl=url, Entries=entries)


def _dead_letter(number: int) -> Json:
    lease = event(
        contract(f"d-{number}", contract_type="lease"), id=f"dead-{number}", source=SOURCE
    )
    detail = "data.contract_type: must be goods, services or works"
    attributes = {"reason": "invalid_entity", "detail": detail}
    return {
        "Id": str(number),
        "MessageBody": lease.json_bytes.decode(),
        "MessageGroupId": f"dead-{number}",
        "MessageDeduplicationId": f"dead-{number}",
        "MessageAttributes": {
            name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()
        },
    }


if __name__ == "__main__":
    print_figures(figures())
