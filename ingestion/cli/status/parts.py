"""The parts of an environment that `status` shows, each with its queues and its function."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from ingestion.catalog import OPERATOR
from ingestion.cli.dlq.names import CHANGES, FILES, SEARCH, SEARCH_UNDELIVERED, UNROUTED
from ingestion.cli.environment import Deployment

SOURCE, SUBSCRIBER = "source", "subscriber"
Kind = Literal["source", "unrouted", "files", "changes", "search", "subscriber"]
CONSUMED: tuple[Kind, ...] = ("source", "search", "subscriber")  # A function takes their messages.


@dataclass(frozen=True)
class Part:
    """A source, a subscriber, or a queue that all sources share.

    `name` is the one that `ingest dlq --source` takes. `function` consumes the queue. A subscriber
    with a queue of its own has neither here: they belong to its owner.
    """

    name: str
    kind: Kind
    queue_url: str | None = None
    dead_letter_queue_url: str | None = None
    function: str | None = None

    @property
    def queue(self) -> str | None:
        """Return the name of its queue."""
        return self.queue_url and self.queue_url.rpartition("/")[2]


def parts_of(deployment: Deployment, sources: Collection[str] = ()) -> list[Part]:
    """Return these sources and other parts, or all parts if none is named."""
    found = [*_sources(deployment), *_shared(deployment), *_subscribers(deployment)]
    return [part for part in found if not sources or part.name in sources]


def _sources(deployment: Deployment) -> list[Part]:
    return [
        Part(
            name,
            "source",
            queue_url,
            deployment.dead_letter_queue_urls[name],
            deployment.function_names["workers"][name],
        )
        for name, queue_url in sorted(deployment.queue_urls.items(), key=_is_operators)
    ]


def _is_operators(queue: tuple[str, str]) -> bool:
    return queue[0] == OPERATOR


def _shared(deployment: Deployment) -> Iterator[Part]:
    changes = deployment.function_names["changes"]
    yield Part(UNROUTED, "unrouted", deployment.unrouted_queue_url)
    yield Part(FILES, "files", None, deployment.files_failures_queue_url)
    yield Part(CHANGES, "changes", None, deployment.change_failures_queue_url, changes)
    if url := deployment.search_queue_url:
        indexer = deployment.function_names["indexer"]
        yield Part(SEARCH, "search", url, deployment.search_failures_queue_url, indexer)
    if url := deployment.search_undelivered_queue_url:
        yield Part(SEARCH_UNDELIVERED, "changes", None, url)


def _subscribers(deployment: Deployment) -> Iterator[Part]:
    for name, url in deployment.subscriber_dead_letter_queue_urls.items():
        queue_url = function = None
        if name in deployment.subscriber_secret_names:  # The platform delivers to its endpoint.
            queue = deployment.subscriber_queue_arns[name].rpartition(":")[2]
            queue_url = f"{url.rpartition('/')[0]}/{queue}"
            function = deployment.delivery_functions[name]
        yield Part(f"subscriber {name}", "subscriber", queue_url, url, function)
