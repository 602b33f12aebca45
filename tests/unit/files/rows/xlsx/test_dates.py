"""Dates, times and durations of a workbook, by number format or by type."""

import pytest

from ingestion.files.rows.workbook import read_sheet
from ingestion.files.rows.xlsx.dates import kind_of_format
from tests.support.files.read_rows import sound, unreadable
from tests.support.files.workbooks import cell_formats, packed, parts, row

DATE_1904 = '<workbookPr date1904="1"/>'


def shown(value: str, number_format: str | int, book: str = "") -> str:
    """Return the text of a number in this format."""
    cells = '<c s="0"><v>1</v></c>', f'<c s="1"><v>{value}</v></c>'
    workbook = packed(parts(row(*cells), styles=cell_formats(0, number_format), book=book))
    found = list(read_sheet(workbook, 10_000))
    if faults := unreadable(found):
        return faults[1]
    [(_, [_, text])] = sound(found)
    return str(text)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", "number"),
        ("0.00E+00", "number"),
        ("#,##0.00 [$€-407]", "number"),
        ('0 "days"', "number"),
        (r"0\d", "number"),
        ("[Red]0;[Blue]-0", "number"),
        ("_-* #,##0_d", "number"),
        ("@", "number"),
        ('"unclosed yyyy', "number"),
        ("yyyy-mm-dd", "date"),
        ("[$-F800]dddd, mmmm dd, yyyy", "date"),
        ("mmm", "date"),
        ("D.M.YY h:mm", "date"),
        ('ggge"年"m"月"d"日"', "date"),
        ("hh:mm:ss.000", "time"),
        ("h:mm AM/PM", "time"),
        ("mm:ss", "time"),
        ('0;"text";yyyy', "number"),
        ("[h]:mm:ss", "duration"),
        ("[HH]:MM", "duration"),
        ("[$-409][mm]:ss", "duration"),
        ("[s].00", "duration"),
    ],
)
def test_a_format_code_shows_what_a_number_is(code: str, kind: str) -> None:
    assert kind_of_format(code) == kind


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("46053", "yyyy-mm-dd", "2026-01-31"),
        ("46053", 14, "2026-01-31"),
        ("46053", 31, "2026-01-31"),
        ("46053.0", 57, "2026-01-31"),
        ("46053.5", 22, "2026-01-31T12:00:00Z"),
        ("46053.5", "h:mm", "2026-01-31T12:00:00Z"),
        ("46053.000005787", 22, "2026-01-31T00:00:00.500000Z"),
        ("46053.99999999999", 22, "2026-02-01"),
        ("0.5", 20, "12:00:00"),
        ("0.5", 22, "12:00:00"),
        ("0.378472222222222", 45, "09:05:00"),
        ("1", 14, "1900-01-01"),
        ("59", 14, "1900-02-28"),
        ("61", 14, "1900-03-01"),
        ("2958465", 14, "9999-12-31"),
        ("1.5", 46, "P1DT12H"),
        ("1.5", "[h]:mm:ss", "P1DT12H"),
        ("0.378472222222222", "[mm]:ss", "PT9H5M"),
        ("-0.5", 46, "-PT12H"),
        ("46053", 0, "46053"),
        ("46053", 9, "46053"),
        ("46053", '0.0 "m"', "46053"),
        ("46053", 164, "46053"),
    ],
)
def test_a_number_is_the_moment_that_its_format_shows(
    value: str, number_format: str | int, text: str
) -> None:
    assert shown(value, number_format) == text


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("44591", 14, "2026-01-31"),
        ("44591.25", 22, "2026-01-31T06:00:00Z"),
        ("0", 14, "1904-01-01"),
        ("60", 14, "1904-03-01"),
        ("0.25", 20, "06:00:00"),
        ("1.5", 46, "P1DT12H"),
    ],
)
def test_a_workbook_may_count_days_from_1904(
    value: str, number_format: str | int, text: str
) -> None:
    assert shown(value, number_format, DATE_1904) == text
    assert shown(value, number_format, DATE_1904.replace('"1"', '"true"')) == text


@pytest.mark.parametrize("value", ["-1", "60", "60.5", "2958466", "1E300"])
def test_a_number_that_is_no_date_makes_its_row_unreadable(value: str) -> None:
    assert shown(value, 14) == "cell B1 holds a number that is not a date"


def test_a_duration_that_is_too_long_makes_its_row_unreadable() -> None:
    assert shown("1E300", 46) == "cell B1 holds a number that is not a date"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2026-01-31", "2026-01-31"),
        ("2026-01-31T00:00:00", "2026-01-31"),
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00.5", "2026-01-31T12:00:00.500000Z"),
        ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z"),
        ("12:00:00", "12:00:00"),
    ],
)
def test_a_cell_of_type_date_is_iso_8601(value: str, text: str) -> None:
    [(_, found)] = read_sheet(packed(parts(row(f'<c t="d"><v>{value}</v></c>'))), 10_000)

    assert found == [text]
