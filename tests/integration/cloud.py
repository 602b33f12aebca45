"""The real handlers on moto, with the resources that Terraform plans."""

from dataclasses import replace
from typing import Any

from ingestion.catalog import OPERATOR, READER
from ingestion.event import Event
from ingestion.handlers import api, changes, extractor, indexer, inserter, query, search, worker
from tests.integration.response import Response, response_of
from tests.integration.runtimes import Runtimes
from tests.support.factories import Json, catalog_document
from tests.support.invocations import as_lambda_event, batch, context, request, s3_record, upload

SOURCES = [*catalog_document()["sources"], OPERATOR]


class Cloud(Runtimes):
    """Invokes the functions as AWS does."""

    _drops = 0

    def post(
        self, body: Any, path: str = "b", *, source: str | None = "sourceB", **headers: str
    ) -> Response:
        """Post to the API with the key of `source`; `content_type` is the header Content-Type."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return self.ask(request(path, body, source=source, headers=named))

    def ask(self, event: Json) -> Response:
        """Let the API answer a request of the gateway's."""
        return response_of(api.handle(event, context(), self.api_runtime))

    def correct(
        self, method: str, path: str, body: Any = "", *, key: str | None = OPERATOR, **headers: str
    ) -> Response:
        """Put or delete `/entities/{path}`, the path percent-encoded, with the key of `key`."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        event = request(f"entities/{path}", body, source=key, headers=named, method=method)
        return self.ask(event)

    def read(
        self, path: str, *, key: str | None = READER, query: Json | None = None, **headers: str
    ) -> Response:
        """Get `/entities/{path}`, the path percent-encoded, with the key of `key`."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        event = request(
            f"entities/{path}",
            "",
            source=key,
            headers=named,
            method="GET",
            query=_query_string(query),
        )
        return response_of(self.query(event))

    def query(self, event: Json) -> Json:
        """Invoke the read API."""
        return query.handle(event, context(), self.query_runtime)

    def store(self, *events: Event) -> None:
        """Put these through the worker of their source, which needs no queue for them."""
        for event in events:
            self.serve(event.source)
            assert self._work(batch(event)["Records"]) == []

    def drop(self, name: str, content: bytes | str, source: str = "sourceB") -> Json:
        """Put a file into the bucket. Return the record of its S3 event."""
        body = content.encode() if isinstance(content, str) else content
        key = f"uploads/{source}/{name}"
        version = self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)["VersionId"]
        self._drops += 1
        return s3_record(
            upload(
                key=key,
                version_id=version,
                sequencer=f"{self._drops:016X}",
                size_bytes=len(body),
            )
        )

    def extract(self, *records: Json, seconds: float | None = None) -> None:
        """Invoke the extractor, which has so much time (default: its timeout)."""
        seconds = seconds or self._function(extractor).timeout_seconds
        extractor.handle({"Records": list(records)}, context(seconds), self.extractor_runtime)

    def insert(self, *keys: str, seconds: float | None = None) -> None:
        """Invoke the inserter for these parts (default: all), within its timeout by default."""
        seconds = seconds or self._function(inserter).timeout_seconds
        for key in keys or self.keys("extracted/"):
            record = {"s3": {"object": {"key": key}}}
            inserter.handle({"Records": [record]}, context(seconds), self.inserter_runtime)

    def work(self, *contents: Event | Json | str) -> list[str]:
        """Invoke the worker with records, or with events to create them from. Return the failures.

        A batch is as large as the event source mapping lets it be.
        """
        assert self.messaging
        return self._work(batch(*contents)["Records"])

    def _work(self, records: list[Json]) -> list[str]:
        size = self._function(worker).batch_size
        assert size
        failures: list[str] = []
        for first in range(0, len(records), size):
            event = {"Records": records[first : first + size]}
            answer = worker.handle(event, self.worker_runtime)
            assert set(answer) == {"batchItemFailures"}
            failures += [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        return failures

    def stream(self) -> Json:
        """Return all records of the table's stream, as Lambda passes them to the function."""
        [shard] = self.streams.describe_stream(StreamArn=self.stream_arn)["StreamDescription"][
            "Shards"
        ]
        iterator = self.streams.get_shard_iterator(
            StreamArn=self.stream_arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        records = self.streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
        return as_lambda_event(
            {"Records": [{**record, "eventSourceARN": self.stream_arn} for record in records]}
        )

    def publish_changes(self, event: Json) -> list[str]:
        """Invoke the changes function. Return the ids of the records that it did not publish."""
        answer = changes.handle(event, context(), self.changes_runtime)
        assert set(answer) == {"batchItemFailures"}
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def index(self, *contents: Json | str, seconds: float | None = None) -> None:
        """Invoke the indexer with records. All of them are indexed or in the failures queue."""
        seconds = seconds or self._function(indexer).timeout_seconds
        answer = indexer.handle(batch(*contents), context(seconds), self.indexer_runtime)
        assert answer == {"batchItemFailures": []}

    def search(self, words: str) -> Response:
        """Search with the reader's key."""
        query = _query_string({"q": words})
        event = request("search", "", source=READER, method="GET", query=query)
        return response_of(search.handle(event, context(), self.search_runtime))


def limit(cloud: Cloud, **limits: Any) -> None:
    """Let the extractor work with other limits."""
    built = cloud.extractor_runtime
    cloud.extractor_runtime = replace(built, extraction=replace(built.extraction, **limits))


def _query_string(query: Json | None) -> dict[str, list[str]]:
    """Return a query string as API Gateway passes it: a list of values for each name."""
    return {
        name: [str(part) for part in (value if isinstance(value, list) else [value])]
        for name, value in (query or {}).items()
    }
