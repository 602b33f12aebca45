"""Numbers of pages are read within bounds."""

import pytest
import typer

from ingestion.cli.console.parameters import whole_number


@pytest.mark.parametrize("given", ["0", "501", "-1", "1.5", "", "²", "0" * 10 + "1" * 5_000])
def test_a_number_out_of_bounds_is_named_with_the_bounds(given: str) -> None:
    with pytest.raises(typer.BadParameter, match="page must be a whole number from 1 to 500"):
        whole_number("page", given, 1, 500)


@pytest.mark.parametrize(("given", "number"), [("1", 1), ("007", 7), ("500", 500)])
def test_a_number_within_bounds_is_read(given: str, number: int) -> None:
    assert whole_number("page", given, 1, 500) == number
