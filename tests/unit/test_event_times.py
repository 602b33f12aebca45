"""The times of an event: RFC 3339, converted to UTC and a fixed width."""

import json
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest

from ingestion.errors import RejectedRecord
from ingestion.event import Event
from ingestion.syntax.times import timestamp
from tests.support.factories import event, event_fields


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31t12:00:00z", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31 12:00:00Z", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31T12:00:00+00:00", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31T12:00:00-00:00", "2026-01-31T12:00:00.000000Z"),
        ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00.000000Z"),
        ("2026-01-31T23:30:00-01:00", "2026-02-01T00:30:00.000000Z"),
        ("2026-01-31T12:00:00+05:45", "2026-01-31T06:15:00.000000Z"),
        ("2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.500000Z"),
        ("2026-01-31T12:00:00.000001Z", "2026-01-31T12:00:00.000001Z"),
        ("2026-01-31T12:00:00.123456789Z", "2026-01-31T12:00:00.123456Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"),
        ("2015-06-30t23:59:60.25z", "2015-06-30T23:59:59.999999Z"),
        ("1990-12-31T15:59:60-08:00", "1990-12-31T23:59:59.999999Z"),
        ("2017-01-01T05:44:60.000000+05:45", "2016-12-31T23:59:59.999999Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_a_time_is_converted_to_utc_and_a_fixed_width(sent: str, kept: str) -> None:
    assert event(time=sent).time == kept


@pytest.mark.parametrize(
    "time",
    [
        pytest.param("2026-01-31T12:00:00", id="no offset"),
        pytest.param("2026-01-31", id="a day"),
        pytest.param("2026-01-31T12:00Z", id="no seconds"),
        pytest.param("20260131T120000Z", id="basic format"),
        pytest.param("2026-W05-6T12:00:00Z", id="week date"),
        pytest.param("2026-01-31T12:00:00+0200", id="offset without colon"),
        pytest.param("2026-01-31T12:00:00+02", id="offset without minutes"),
        pytest.param("2026-01-31T12:00:00+99:00", id="offset of 99 hours"),
        pytest.param("2026-01-31T12:00:00.Z", id="empty fraction"),
        pytest.param("2026-01-31T12:00:00,5Z", id="comma"),
        pytest.param("2026-02-30T12:00:00Z", id="no such day"),
        pytest.param("2026-01-31T25:00:00Z", id="no such hour"),
        pytest.param("2026-01-31T12:00:60Z", id="leap second at noon"),
        pytest.param("2026-01-30T23:59:60Z", id="leap second within a month"),
        pytest.param("2016-12-31T23:59:60+01:00", id="leap second of another time zone"),
        pytest.param("2016-12-31T23:59:60.000000", id="leap second without offset"),
        pytest.param("2016-12-31T23:59:61Z", id="61 seconds"),
        pytest.param("9999-12-31T23:59:60Z", id="leap second after year 9999"),
        pytest.param("12026-01-31T12:00:00Z", id="five-digit year"),
        pytest.param("0000-01-01T00:00:00Z", id="year 0"),
        pytest.param("0001-01-01T00:00:00+00:01", id="before year 1 in UTC"),
        pytest.param("9999-12-31T23:59:59-00:01", id="after year 9999 in UTC"),
        pytest.param("2026-01-31T12:00:00Z\n", id="line feed"),
        pytest.param("\u0662\u0660\u0662\u0666-01-31T12:00:00Z", id="Arabic digits"),
        pytest.param("1769860800", id="seconds since 1970"),
        pytest.param("now", id="word"),
        pytest.param("", id="empty"),
        pytest.param(1769860800, id="a number"),
        pytest.param(None, id="null"),
    ],
)
def test_a_time_that_is_not_rfc_3339_is_rejected(time: Any) -> None:
    text = json.dumps(event_fields(time=time))

    with pytest.raises(RejectedRecord) as rejection:
        Event.from_json(text)

    assert [error.field for error in rejection.value.errors] == ["time"]


def test_times_as_text_sort_in_the_order_of_time() -> None:
    steps = [0, 0.000001, 0.1, 0.9, 1, 9, 10, 59, 3_600, 86_400, 31_536_000, 10_000_000_000]
    zones = [timezone(timedelta(hours=hours)) for hours in (-12, 0, 14)]
    start = datetime(1, 1, 2, tzinfo=UTC)

    texts = [
        timestamp((start + timedelta(seconds=step)).astimezone(zone))
        for step in steps
        for zone in zones
    ]

    assert texts == sorted(texts)
    assert len(set(texts)) == len(steps)
    assert all(len(one) == len(other) for one, other in pairwise(texts))
