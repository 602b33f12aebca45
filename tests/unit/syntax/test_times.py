import pytest
from pydantic import ValidationError

from ingestion.errors import FieldError, RejectedRecord
from ingestion.syntax.times import TimeBound, time_from_epoch_seconds
from tests.support.factories import NOON

FIVE_PAST, SIX_PAST = "2026-01-31T12:05:00.000000Z", "2026-01-31T12:06:00.000000Z"


def fault(bound: TimeBound, time: str, received_at: str = NOON) -> FieldError:
    with pytest.raises(RejectedRecord) as rejection:
        bound.check_time(time, received_at)
    assert rejection.value.reason == "invalid_event"
    [error] = rejection.value.errors
    return error


def is_accepted(bound: TimeBound, time: str, received_at: str = NOON) -> bool:
    try:
        bound.check_time(time, received_at)
    except RejectedRecord:
        return False
    return True


@pytest.mark.parametrize("time", ["1970-01-01T00:00:00.000000Z", NOON, FIVE_PAST])
def test_a_time_is_within_the_default_bound(time: str) -> None:
    assert is_accepted(TimeBound(), time)


@pytest.mark.parametrize(
    "time", ["2026-01-31T12:05:00.000001Z", SIX_PAST, "9999-12-31T23:59:59.000000Z"]
)
def test_a_time_too_far_ahead_is_rejected_with_the_time_and_the_bound(time: str) -> None:
    assert fault(TimeBound(), time) == FieldError(
        "time", f"is {time}: must be {FIVE_PAST} or earlier, 5m after its receipt"
    )


def test_a_time_before_the_earliest_is_rejected_with_the_time_and_the_bound() -> None:
    assert fault(TimeBound(), "1969-12-31T23:59:59.999999Z") == FieldError(
        "time",
        "is 1969-12-31T23:59:59.999999Z: must be 1970-01-01T00:00:00.000000Z or later",
    )


def test_a_source_sets_its_own_bound() -> None:
    bound = TimeBound(max_ahead="2h", min_time="2026-01-31T12:00:00+01:00")

    assert is_accepted(bound, "2026-01-31T14:00:00.000000Z")
    assert "2h after its receipt" in fault(bound, "2026-01-31T14:00:00.000001Z").message
    assert "2026-01-31T11:00:00.000000Z or later" in fault(bound, "2026-01-31T10:59:59Z").message


def test_an_event_that_was_received_at_the_end_of_time_has_a_bound() -> None:
    last = "9999-12-31T23:59:59.999999Z"

    assert is_accepted(TimeBound(), last, last)

    assert fault(TimeBound(), last, "9999-12-31T23:59:00.000000Z").field == "time"


def test_a_day_is_its_begin_in_utc() -> None:
    assert TimeBound(min_time="2015-06-01").min_time == "2015-06-01T00:00:00.000000Z"


@pytest.mark.parametrize("text", ["1s", "90s", "5m", "1440m", "24h", "86400s"])
def test_a_duration_of_up_to_a_day_is_accepted(text: str) -> None:
    assert TimeBound(max_ahead=text).max_ahead == text


@pytest.mark.parametrize(
    "value", ["", "0s", "5", "5 m", "1.5h", "PT5M", "25h", "1441m", "1d", "\u0665m", 300, None]
)
def test_a_duration_in_another_form_or_over_a_day_is_refused(value: object) -> None:
    with pytest.raises(ValidationError, match=r"max_ahead\n"):
        TimeBound.model_validate({"max_ahead": value})


@pytest.mark.parametrize("value", ["2015", "2015-13-01", "2015-06-01T00:00:00", 2015, None])
def test_an_earliest_time_in_another_form_is_refused(value: object) -> None:
    with pytest.raises(ValidationError, match=r"min_time\n"):
        TimeBound.model_validate({"min_time": value})


@pytest.mark.parametrize(
    ("seconds", "time"),
    [
        ("631152000", "1990-01-01T00:00:00.000000Z"),
        ("1769860800", NOON),
        ("1769860800.25", "2026-01-31T12:00:00.250000Z"),
    ],
)
def test_seconds_since_1970_are_a_time_from_1990_on(seconds: str, time: str) -> None:
    assert time_from_epoch_seconds(seconds, "at") == time


@pytest.mark.parametrize(
    ("number", "understood"),
    [
        pytest.param("0", "1970-01-01T00:00:00", id="zero"),
        pytest.param("2026", "1970-01-01T00:33:46", id="a year"),
        pytest.param("20260131", "1970-08-23T11:48:51", id="a day"),
        pytest.param("46053", "1970-01-01T12:47:33", id="a day number of a workbook"),
        pytest.param("631151999", "1989-12-31T23:59:59", id="the last second of 1989"),
    ],
)
def test_a_number_that_would_be_before_1990_is_rejected_with_the_time(
    number: str, understood: str
) -> None:
    with pytest.raises(RejectedRecord) as rejection:
        time_from_epoch_seconds(number, "at")

    assert rejection.value.detail == (
        f"at: is {understood}.000000Z as seconds since 1970: must be 1990-01-01T00:00:00.000000Z"
        " or later, or an RFC 3339 time"
    )
