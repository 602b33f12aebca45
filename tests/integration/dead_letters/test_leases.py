"""Reading leases dead letters, and the end of a command releases them."""

import time

import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.dlq.actions import dead_letter_queues
from ingestion.cli.dlq.queue import DeadLetterQueue
from ingestion.cli.environment import Deployment
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.integration.dead_letters.examples import (
    audited,
    dead_letter,
    ids,
    leases,
    listed,
    stopped,
)


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


@pytest.mark.usefixtures("ingest")
def test_messages_that_reappear_do_not_end_a_lease(cloud: Cloud, checkout: Checkout) -> None:
    names = [f"c-{number}" for number in range(12)]
    dead_letter(cloud, *leases(*names))

    with queue_of(checkout).leased(lease_seconds=1) as pages:
        seen = [message.event_id for message in next(pages)]
        time.sleep(1.5)  # Longer than one lease: the lease grows with the length of the queue.
        seen += [message.event_id for page in pages for message in page]

    assert sorted(seen) == sorted(names)
