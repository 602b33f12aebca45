"""The feed reads often while someone acts, rarely otherwise."""

from dataclasses import dataclass

from ingestion.cli.console.live.feed import StatusFeed


@dataclass
class Clock:
    seconds: float = 0

    def __call__(self) -> float:
        return self.seconds


def test_a_feed_without_input_is_idle_until_someone_acts_and_after_a_minute() -> None:
    clock = Clock()
    feed = StatusFeed(clock)

    at_start, was_idle = feed.is_idle, feed.note_input()
    clock.seconds = 60
    after_a_minute = feed.is_idle
    clock.seconds = 61

    assert (at_start, was_idle, after_a_minute, feed.is_idle) == (True, True, False, True)


def test_a_feed_that_read_nothing_yet_reads_at_once() -> None:
    assert StatusFeed(Clock()).seconds_to_next == 0
