import os
import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.mapping.values.readers.time_formats import (
    compile_day,
    compile_time,
    compile_time_text,
)
from ingestion.syntax.times import fixed_width

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("formats", "zone", "value", "time"),
    [
        ("rfc3339", None, "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"),
        ("rfc3339", None, " 2026-01-31t12:00:00.1234567+01:00 ", "2026-01-31T11:00:00.123456Z"),
        ("rfc3339", BERLIN, "2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"),
        (["rfc3339", "epoch_s"], None, "2016-12-31T18:59:60-05:00", "2016-12-31T23:59:59.999999Z"),
        (["rfc3339", "epoch_s"], None, 1700000000, "2023-11-14T22:13:20.000000Z"),
        ("epoch_s", None, "1700000000.5", "2023-11-14T22:13:20.500000Z"),
        ("epoch_s", None, Decimal("1700000000.1234569"), "2023-11-14T22:13:20.123456Z"),
        ("epoch_s", None, Decimal("1.7E9"), "2023-11-14T22:13:20.000000Z"),
        ("epoch_s", None, -1, "1969-12-31T23:59:59.000000Z"),
        ("epoch_s", None, 0, "1970-01-01T00:00:00.000000Z"),
        ("epoch_ms", None, 1700000000123, "2023-11-14T22:13:20.123000Z"),
        ("epoch_ms", None, Decimal("1700000000123.4567"), "2023-11-14T22:13:20.123456Z"),
        ("epoch_us", None, 1700000000123456, "2023-11-14T22:13:20.123456Z"),
        ("epoch_ns", None, "1700000000123456789", "2023-11-14T22:13:20.123456Z"),
        (["epoch_s", "epoch_ms"], None, 1700000000123, "2023-11-14T22:13:20.123000Z"),
        ("date", "UTC", "2026-01-31", "2026-01-31T00:00:00.000000Z"),
        ("date", BERLIN, "2026-07-31", "2026-07-30T22:00:00.000000Z"),
        ("iso", "UTC", "2026-01-31", "2026-01-31T00:00:00.000000Z"),
        ("iso", BERLIN, "20260131T120000", "2026-01-31T11:00:00.000000Z"),
        ("iso", BERLIN, "2026-01-31T12:00:00,5z", "2026-01-31T12:00:00.500000Z"),
        ("iso", BERLIN, "2026-01-31 12:00+0530", "2026-01-31T06:30:00.000000Z"),
        ("iso", BERLIN, "2026-01-31 12:00:00 +0530", "2026-01-31T06:30:00.000000Z"),
        ("iso", "UTC", "2026-031T12:00", "2026-01-31T12:00:00.000000Z"),
        ("iso", "UTC", "2026031", "2026-01-31T00:00:00.000000Z"),
        ("iso", "UTC", "2026-01-31T24:00:00", "2026-02-01T00:00:00.000000Z"),
        ("iso", "UTC", "2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z"),
        ("iso", "UTC", "2026-W05-6T12", "2026-01-31T12:00:00.000000Z"),
        ("%d.%m.%Y %H:%M", BERLIN, "31.1.2026 12:00", "2026-01-31T11:00:00.000000Z"),
        (
            "%d.%m.%Y %H:%M:%S.%f",
            "UTC",
            "31.01.2026 12:00:00.123456789",
            "2026-01-31T12:00:00.123456Z",
        ),
        (
            "%a, %d %b %Y %H:%M:%S %z",
            None,
            "Sat, 31 Jan 2026 12:00:00 +0000",
            "2026-01-31T12:00:00.000000Z",
        ),
        (
            "%B %d, %Y %I:%M %p",
            "America/New_York",
            "July 4, 2026 09:30 PM",
            "2026-07-05T01:30:00.000000Z",
        ),
        ("%Y%m%d%H%M%S", "UTC", 20260131120000, "2026-01-31T12:00:00.000000Z"),
        ("%Y-%jT%H%M", "UTC", "2026-031T1200", "2026-01-31T12:00:00.000000Z"),
        ("%G-W%V-%u", "UTC", "2026-W05-6", "2026-01-31T00:00:00.000000Z"),
        ("Date(%Y)%%%m%d", "UTC", "Date(2026)%0131", "2026-01-31T00:00:00.000000Z"),
        # The clock shows 02:30 twice: the earlier offset, +02:00, counts.
        ("%Y-%m-%d %H:%M", BERLIN, "2026-10-25 02:30", "2026-10-25T00:30:00.000000Z"),
        # The clock never shows 02:30: the offset before the change, +01:00, counts.
        ("%Y-%m-%d %H:%M", BERLIN, "2026-03-29 02:30", "2026-03-29T01:30:00.000000Z"),
    ],
)
def test_a_time_in_a_format_becomes_utc_text(
    formats: str | list[str], zone: str | None, value: Any, time: str
) -> None:
    assert compile_time(formats, zone)(value) == time


@pytest.mark.parametrize(
    ("formats", "zone", "value", "day"),
    [
        ("rfc3339", None, "2026-01-31T23:30:00-05:00", "2026-01-31"),
        ("rfc3339", "UTC", "2026-01-31T23:30:00-05:00", "2026-02-01"),
        ("rfc3339", BERLIN, "2026-01-31T23:30:00Z", "2026-02-01"),
        ("rfc3339", None, "2016-12-31T18:59:60-05:00", "2016-12-31"),
        ("iso", None, "2026-01-31", "2026-01-31"),
        ("iso", None, "2026-01-31T23:30:00", "2026-01-31"),
        ("iso", BERLIN, "2026-01-31T23:30:00", "2026-01-31"),
        ("date", BERLIN, "2026-01-31", "2026-01-31"),
        ("epoch_ms", None, 1769902200000, "2026-01-31"),
        ("epoch_ms", BERLIN, 1769902200000, "2026-02-01"),
        ("%Y%m%d", None, 20260131, "2026-01-31"),
        ("%Y%m%d", None, Decimal("20260131"), "2026-01-31"),
        (["%d.%m.%Y", "%m/%d/%Y"], None, "01/31/2026", "2026-01-31"),
        ("date", None, "0009-01-01", "0009-01-01"),
    ],
)
def test_a_day_is_the_day_in_the_zone_otherwise_the_day_as_written(
    formats: str | list[str], zone: str | None, value: Any, day: str
) -> None:
    assert compile_day(formats, zone)(value) == day


@pytest.mark.parametrize(
    ("formats", "zone", "output", "value", "text"),
    [
        ("rfc3339", None, "%H:%M:%S", "2026-01-31T12:30:15-05:00", "12:30:15"),
        ("rfc3339", BERLIN, "%H:%M:%S", "2026-01-31T12:30:15Z", "13:30:15"),
        ("epoch_s", None, "%d %B %Y", 1700000000, "14 November 2023"),
        ("%H%M%S", None, "%H:%M:%S", "093000", "09:30:00"),
        ("%I:%M %p", None, "%H:%M", "09:30 PM", "21:30"),
        ("%Y-%m-%d %H:%M", BERLIN, "%H:%M%z", "2026-07-31 12:00", "12:00+0200"),
        ("iso", None, "%%%A", "2026-01-31", "%Saturday"),
    ],
)
def test_a_time_is_written_by_a_pattern_in_english(
    formats: str, zone: str | None, output: str, value: Any, text: str
) -> None:
    assert compile_time_text(formats, zone, output)(value) == text


@pytest.mark.parametrize("formats", ["rfc3339", "epoch_s", "epoch_ns", "date", "iso", "%Y%m%d"])
@pytest.mark.parametrize(
    "value",
    [
        *("", "x", "\u0662026-01-31", "2026-02-30", "0000-01-01", "1" * 5000),
        *(
            "NaN",
            "Infinity",
            "1E400",
            "2026-01-31+01:00",
            "2026-01-31x12:00",
            "2026-01-31T25:00:00Z",
        ),
        *(10**30, 10**4000, Decimal("1E+999999"), Decimal("NaN"), Decimal("Infinity")),
        *(True, None, [], {"secret": "2026"}),
    ],
)
def test_a_value_that_is_no_time_is_refused_without_the_value(formats: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"^must be a time in the format {formats}$"):
        compile_time(formats, "UTC")(value)


@pytest.mark.parametrize(
    "value",
    ["secret", "2026", "2026-01", "2026-366", "2026-01-31T24:00:01", "2026-01-31T", "2026T12"],
)
def test_a_value_that_is_no_date_is_refused(value: str) -> None:
    formats = ["iso", "%d.%m.%Y", "day %j of %Y"]

    with pytest.raises(ValueError, match=f"^must be a date in the format {' or '.join(formats)}$"):
        compile_day(formats)(value)


def test_zones_need_no_database_of_the_operating_system() -> None:
    script = (
        "from ingestion.mapping.values.readers.time_formats import compile_time;"
        "print(compile_time('date', 'Europe/Berlin')('2026-07-31'))"
    )

    output = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONTZPATH": ""},
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert output == "2026-07-30T22:00:00.000000Z\n"


def test_a_tiny_number_is_the_start_of_the_epoch() -> None:
    assert compile_time("epoch_s")(Decimal("1E-999999")) == "1970-01-01T00:00:00.000000Z"


@pytest.mark.parametrize("value", ["0001-01-01", "9999-12-31"])
def test_a_day_whose_utc_time_has_no_year_of_four_digits_is_refused(value: str) -> None:
    zone = {"0": BERLIN, "9": "America/New_York"}[value[0]]

    with pytest.raises(ValueError, match=r"^must be a time in the format %Y-%m-%d %H:%M$"):
        compile_time("%Y-%m-%d %H:%M", zone)(f"{value} {'00:00' if value[0] == '0' else '23:00'}")


@given(st.datetimes(timezones=st.timezones()))
def test_an_rfc3339_time_equals_the_time_of_the_native_format(moment: Any) -> None:
    text = moment.isoformat()

    try:
        expected = fixed_width(text)
    except ValueError:
        with pytest.raises(ValueError, match=r"^must be a time in the format rfc3339 or date$"):
            compile_time(["rfc3339", "date"], "UTC")(text)
    else:
        assert compile_time(["rfc3339", "date"], "UTC")(text) == expected


@given(st.one_of(st.text(max_size=40), st.integers(), st.decimals(), st.booleans(), st.none()))
def test_any_value_gives_a_time_or_is_refused(value: Any) -> None:
    read = compile_time(["rfc3339", "iso", "epoch_ns", "%d %b %y %H:%M:%S.%f %z", "%Y%m%d"], BERLIN)

    try:
        text = read(value)
    except ValueError as error:
        text = str(error)

    assert (
        text.startswith("must be a time in the format rfc3339 or iso or epoch_ns or ")
        or fixed_width(text) == text
    )
