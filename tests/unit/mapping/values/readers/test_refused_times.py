"""Texts that lost digits, and rules of times that are wrong, are refused in words."""

import pytest

from ingestion.mapping.values.readers.time_formats import (
    compile_day,
    compile_time,
    compile_time_text,
)

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("pattern", "text", "day"),
    [
        ("%d%m%Y", "01022026", "2026-02-01"),
        ("%Y%m%d", "20260201", "2026-02-01"),
        ("%d%m%y", "010226", "2026-02-01"),
        ("%Y%j", "2026032", "2026-02-01"),
        ("%d.%m.%Y", "1.2.2026", "2026-02-01"),
        ("%d%b%Y", "1Feb2026", "2026-02-01"),
        ("%Y%m%d%H%M%S%f", "20260201103000123", "2026-02-01"),
    ],
)
def test_a_text_of_full_width_is_a_day(pattern: str, text: str, day: str) -> None:
    assert compile_day(pattern)(text) == day


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%d%m%Y", "1022026"),  # Python reads 2026-02-10.
        ("%d%m%y", "10226"),
        ("%Y%m%d", "2026201"),
        ("%Y%m%d", "202621"),
        ("%Y%m%d%H%M%S", "2026020193000"),
        ("%d%m%Y%H%M%S%f", "102202610300012"),
    ],
)
def test_a_text_of_digits_that_lost_zeros_is_refused(pattern: str, text: str) -> None:
    with pytest.raises(ValueError, match="must be a date in the format"):
        compile_day(pattern)(text)


def test_a_cell_of_a_time_that_lost_zeros_is_refused() -> None:
    read = compile_time_text("%H%M%S", None, "%H:%M:%S")

    assert read("003000") == "00:30:00"
    with pytest.raises(ValueError, match="must be a time in the format %H%M%S"):
        read("3000")  # Python reads 03:00:00.
    assert compile_time_text("%H", None, "%H:%M")("3") == "03:00"


def test_a_number_that_lost_its_leading_zeros_is_refused() -> None:
    read = compile_time_text("%H%M%S", None, "%H:%M:%S")

    assert read(113000) == "11:30:00"
    with pytest.raises(ValueError, match=r"^must be a time in the format %H%M%S$"):
        read(3000)  # Python reads 03:00:00.


@pytest.mark.parametrize(
    ("formats", "zone", "reason"),
    [
        ("rfc339", None, 'unknown format "rfc339"; did you mean "rfc3339"?'),
        ("unix", None, 'unknown format "unix"; use rfc3339, epoch_s, '),
        ("%Y-%m-%d %Q", "UTC", '"%Q" in "%Y-%m-%d %Q" is unknown: use %% %A '),
        ("%Y-%m-%d %Z", "UTC", '"%Z" in "%Y-%m-%d %Z" is unknown'),
        ("%Y-%m-%d %", "UTC", '"%" in "%Y-%m-%d %" is unknown'),
        ("%c", "UTC", '"%c" in "%c" is unknown'),
        ("%Y-%m-%d %Y", "UTC", '"%Y-%m-%d %Y" has %Y twice'),
        ("%d.%m.", "UTC", '"%d.%m." must have a whole day'),
        ("%H:%M", "UTC", '"%H:%M" must have a whole day'),
        ("%Y-%m-%d %I:%M", "UTC", "must have both %I and %p"),
        ("%Y-%m-%d %H:%M %p", "UTC", "must have both %I and %p"),
        ("%Y-%m-%d %V", "UTC", '"%Y-%m-%d %V" contradicts itself: ISO week'),
        ("%d.%m.%Y", None, '"%d.%m.%Y" has no offset: add a zone, such as zone: Europe/Berlin'),
        ("iso", None, '"iso" has no offset: add a zone'),
        (["rfc3339", "date"], None, '"date" has no offset: add a zone'),
        ("date", "Europe/Berlim", 'unknown zone "Europe/Berlim"; did you mean "Europe/Berlin"?'),
        ("date", "europe/berlin", 'did you mean "Europe/Berlin"?'),
        ("date", "Europe", 'unknown zone "Europe"'),
        ("date", "../zoneinfo/UTC", "unknown zone"),
        ("date", "+02:00", 'unknown zone "+02:00"; use a name such as Europe/Berlin or UTC'),
        ("date", "", 'unknown zone ""'),
        ("date", "CEST", 'unknown zone "CEST"; use a name such as Europe/Berlin or UTC'),
    ],
)
def test_wrong_rules_are_refused_with_what_would_be_right(
    formats: str | list[str], zone: str | None, reason: str
) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011  # The next line matches.
        compile_time(formats, zone)

    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("formats", "zone", "output", "reason"),
    [
        ("%H%M", None, "%d.%m.%Y", '"%H%M" must have a whole day'),
        ("%H%M", BERLIN, "%H:%M", '"%H%M" must have a whole day'),
        ("%d.%m", None, "%H:%M", '"%d.%m" must have a whole day'),
        ("rfc3339", None, "HH:MM", '"HH:MM" must have a directive'),
        ("rfc3339", None, "%-d", '"%-" in "%-d" is unknown'),
    ],
)
def test_a_wrong_output_is_refused(
    formats: str, zone: str | None, output: str, reason: str
) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011  # The next line matches.
        compile_time_text(formats, zone, output)

    assert reason in str(error.value)
