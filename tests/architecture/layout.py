"""Where the parts and the arrows of the picture lie. Everything else comes from Terraform."""

from typing import NamedTuple

from tests.architecture.flows import ENDPOINT, READERS, SOURCES

API = "api.aws_api_gateway_rest_api.this"
INGEST = "api.function.aws_lambda_function.this"
QUERY = "query.function.aws_lambda_function.this"
BUCKET = "files.aws_s3_bucket.this"
EXTRACTOR = "files.extractor.aws_lambda_function.this"
INSERTER = "files.inserter.aws_lambda_function.this"
FILE_FAILURES = "files.aws_sqs_queue.failures"
ROUTER = "router.aws_sns_topic.this"
UNROUTED = "router.aws_sqs_queue.unrouted"
QUEUE = "source.aws_sqs_queue.this"
DEAD = "source.aws_sqs_queue.dlq"
WORKER = "source.worker.aws_lambda_function.this"
TABLE = "store.aws_dynamodb_table.this"
CHANGES = "changes.function.aws_lambda_function.this"
CHANGE_FAILURES = "changes.aws_sqs_queue.failures"
CHANGE_TOPIC = "changes.aws_sns_topic.this"
SUBSCRIBER = "subscriber.delivery.aws_sqs_queue.this"
SUBSCRIBER_DEAD = "subscriber.aws_sqs_queue.dlq"
DELIVERY = "subscriber.delivery.function.aws_lambda_function.this"
SEARCH = "search.search.aws_lambda_function.this"
INDEX = "search.aws_s3_bucket.this"
INDEXER = "search.indexer.aws_lambda_function.this"
SEARCH_QUEUE = "search.aws_sqs_queue.this"
SEARCH_FAILURES = "search.aws_sqs_queue.failures"
SEARCH_UNDELIVERED = "search.aws_sqs_queue.undelivered"


class Place(NamedTuple):
    """A label, and the column and rows (from 0) that the box takes."""

    label: str
    column: int
    row: int
    rows: int = 1


class Route(NamedTuple):
    """The sides that an arrow leaves and enters, and where.

    On the left and right 0.5 is the middle of the box's first row, 1.5 that of its second. On the
    top and bottom it is the share of the width.
    """

    leaves: str
    enters: str
    start: float = 0.5
    end: float = 0.5


PLACES = {
    READERS: Place("Readers", 0, 0),
    SOURCES: Place("Sources", 0, 2, 2),
    API: Place("HTTP API", 1, 0, 3),
    BUCKET: Place("Bucket", 1, 3, 2),
    SEARCH: Place("Search", 2, 0),
    INDEX: Place("Search index", 3, 0),
    INDEXER: Place("Indexer", 4, 0),
    SEARCH_QUEUE: Place("Queue", 5, 0),
    SEARCH_FAILURES: Place("Failures", 6, 0),
    QUERY: Place("Query", 2, 1),
    INGEST: Place("Ingestion", 2, 2),
    INSERTER: Place("Inserter", 2, 3),
    EXTRACTOR: Place("Extractor", 2, 4),
    FILE_FAILURES: Place("Failures", 2, 5),
    ROUTER: Place("Router", 3, 2, 2),
    UNROUTED: Place("Unrouted", 3, 4),
    QUEUE: Place("Queue", 4, 2),
    DEAD: Place("Dead letters", 4, 3),
    WORKER: Place("Worker", 5, 2),
    TABLE: Place("Table", 6, 1, 2),
    CHANGES: Place("Changes", 6, 3),
    CHANGE_FAILURES: Place("Failures", 5, 3),
    CHANGE_TOPIC: Place("Change topic", 6, 4),
    SUBSCRIBER: Place("Queue", 5, 4),
    SUBSCRIBER_DEAD: Place("Dead letters", 5, 5),
    SEARCH_UNDELIVERED: Place("Undelivered", 6, 5),
    DELIVERY: Place("Delivery", 4, 4),
    ENDPOINT: Place("Endpoint", 4, 5),
}

RIGHT = Route("right", "left")
LEFT = Route("left", "right")
DOWN = Route("bottom", "top")
ROUTES = {
    (API, READERS): LEFT,
    (QUERY, API): Route("left", "right", 0.5, 1.5),
    (SEARCH, API): LEFT,
    (INDEX, SEARCH): LEFT,
    (INDEXER, INDEX): LEFT,
    (SEARCH_QUEUE, INDEXER): LEFT,
    (SEARCH_QUEUE, SEARCH_FAILURES): RIGHT,
    (INDEXER, SEARCH_FAILURES): Route("top", "top"),
    (CHANGE_TOPIC, SEARCH_QUEUE): Route("right", "bottom"),
    (TABLE, INDEXER): Route("top", "bottom", 0.3),
    (TABLE, SEARCH): Route("top", "bottom", 0.3),
    (TABLE, QUERY): LEFT,
    (SOURCES, API): Route("right", "left", 0.5, 2.5),
    (SOURCES, BUCKET): Route("right", "left", 1.5, 0.5),
    (API, INGEST): Route("right", "left", 2.5, 0.5),
    (INGEST, BUCKET): Route("bottom", "top", 0.2, 0.7),
    (INGEST, ROUTER): RIGHT,
    (BUCKET, INSERTER): Route("right", "left", 0.3, 0.3),
    (INSERTER, BUCKET): Route("left", "right", 0.7, 0.7),
    (BUCKET, EXTRACTOR): Route("right", "left", 1.3, 0.3),
    (EXTRACTOR, BUCKET): Route("left", "right", 0.7, 1.7),
    (INSERTER, ROUTER): Route("right", "left", 0.3, 1.3),
    (INSERTER, FILE_FAILURES): Route("right", "right", 0.75, 0.5),
    (EXTRACTOR, FILE_FAILURES): DOWN,
    (ROUTER, QUEUE): RIGHT,
    (ROUTER, DEAD): Route("right", "left", 1.5, 0.5),
    (ROUTER, UNROUTED): DOWN,
    (QUEUE, WORKER): RIGHT,
    (QUEUE, DEAD): DOWN,
    (WORKER, DEAD): Route("bottom", "top", 0.3, 0.85),
    (WORKER, TABLE): Route("right", "left", 0.5, 1.5),
    (TABLE, CHANGES): DOWN,
    (CHANGES, CHANGE_FAILURES): LEFT,
    (CHANGES, CHANGE_TOPIC): DOWN,
    (CHANGE_TOPIC, SUBSCRIBER): LEFT,
    (CHANGE_TOPIC, SUBSCRIBER_DEAD): Route("left", "right", 0.85, 0.5),
    (CHANGE_TOPIC, SEARCH_UNDELIVERED): DOWN,
    (SUBSCRIBER, SUBSCRIBER_DEAD): DOWN,
    (SUBSCRIBER, DELIVERY): LEFT,
    (DELIVERY, ENDPOINT): DOWN,
}

# Modules that serve all others, and what the picture says of them.
BESIDE = {
    "package": "functions' packages",
    "encryption": "encryption key",
    "webhooks": "signing secrets",
    "waf": "firewall (option)",
    "domain": "own domain (option)",
    "observability": "audit log",
    "alarms": "alarms",
    "dashboard": "dashboard",
    "schemas": "schemas of the entities",
    "login": "names for `ingest login`",
}
