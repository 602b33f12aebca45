import pytest

from ingestion.cli.status.durations import duration_in_words, short_duration

DAY = 86_400


@pytest.mark.parametrize(
    ("seconds", "short", "words"),
    [
        (0, "0s", "0 seconds"),
        (-3, "0s", "0 seconds"),
        (0.42, "0.4s", "0 seconds"),
        (1, "1s", "1 second"),
        (59.9, "59s", "59 seconds"),
        (60, "1m", "1 minute"),
        (3600, "1h", "1 hour"),
        (DAY - 1, "23h", "23 hours"),
        (13.9 * DAY, "13d", "13 days"),
    ],
)
def test_a_time_is_written_in_its_largest_unit_rounded_down(
    seconds: float, short: str, words: str
) -> None:
    assert (short_duration(seconds), duration_in_words(seconds)) == (short, words)
