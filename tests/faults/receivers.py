"""What observes a run: the proxy, the subscriber's queue and the subscriber's endpoint."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import psutil

from ingestion.cli.dlq.queue import backlog
from ingestion.cli.environment import Deployment
from ingestion.cli.tail import Feed, follow
from tests.faults import collect
from tests.faults.injection.endpoint import Endpoint
from tests.faults.injection.processes import Processes
from tests.faults.injection.proxy import FaultProxy
from tests.faults.models.changes import expected_steps
from tests.faults.models.table import written_puts
from tests.faults.stack import add_delivery_secret, rerouted, subscriber_queue_name
from tests.support.servers import serving

PUBLISHED_SECONDS = 240  # Longer than a stalled changes function blocks the stream.


@dataclass(frozen=True)
class Receivers:
    """The proxy between the functions and AWS, and both subscribers of the changes."""

    deployment: Deployment
    proxy: FaultProxy
    feed: Feed
    endpoint: Endpoint

    @classmethod
    @contextmanager
    def connected(
        cls, deployment: Deployment, url: str, family: Callable[[], list[psutil.Process]]
    ) -> Iterator[Self]:
        """Connect all to the stack at this address. `family` returns the functions' processes."""
        processes = Processes(family)
        add_delivery_secret(deployment)
        with (
            FaultProxy(url, processes).running() as proxy,
            serving(Endpoint(proxy.faults, processes)) as endpoint,
            rerouted(deployment, proxy.urls, endpoint.url),
            follow(deployment, {}) as feed,
        ):
            yield cls(deployment, proxy, feed, endpoint)

    def await_published(self) -> None:
        """Wait until every change so far is published, or for `PUBLISHED_SECONDS`."""
        collect.await_true(self._is_published, PUBLISHED_SECONDS)

    def await_delivered(self) -> None:
        """Wait until every change so far is published and the subscriber's queue is empty."""
        self.await_published()
        sqs, name = self.deployment.client("sqs"), subscriber_queue_name(self.deployment)
        collect.await_empty(self.deployment, [sqs.get_queue_url(QueueName=name)["QueueUrl"]])

    def forget(self) -> None:
        """Forget everything up to now."""
        self.await_delivered()
        collect.take_changes(self.feed)
        self.proxy.puts.clear()
        self.endpoint.taken.clear()

    def _is_published(self) -> bool:
        if self.proxy.has_open_puts:
            return False
        steps = expected_steps(written_puts(list(self.proxy.puts)))
        expected = sum(map(len, steps.values()))
        return backlog(self.feed.sqs, self.feed.queue_url) >= expected
