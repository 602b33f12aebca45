"""A time of an option is in the bounds that every reader of the time has."""

from datetime import UTC, datetime, timedelta

import pytest
import typer

from ingestion.cli.options import parse_moment, parse_past_moment

FIRST = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31T23:59:59-23:59",
        "9999-12-31T23:59:59.999999-00:01",
        "999999d",
        "999999999d",
        "99999999999999999999s",
        "0d0",
        "-1h",
        "٣h",
        "",
    ],
)
def test_a_time_that_no_reader_can_use_is_refused_with_a_right_one(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="must be an age such as 30m, 2h or 7d, or a time"):
        parse_moment(text)


@pytest.mark.parametrize(
    "text", ["0001-01-01", "0001-01-01T00:00:00+23:59", "1969-12-31T23:59:59Z", "700000d"]
)
def test_a_time_before_all_records_means_all_of_them(text: str) -> None:
    assert parse_moment(text) == FIRST


def test_a_time_is_in_utc() -> None:
    moment = parse_moment("2026-01-31T12:00:00+02:00")

    assert (moment.hour, moment.utcoffset()) == (10, timedelta())
    assert parse_moment("9999-12-31T23:59:59Z").year == 9999


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59Z", "2199-01-01"])
def test_metrics_do_not_begin_in_the_future(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="is in the future: use an age such as 30m"):
        parse_past_moment(text)
