"""What an event may cost on AWS's bill: benchmarks tell how much it is, and here it is held."""

import pytest

from tests.benchmarks import cheap
from tests.benchmarks.figure import Figure

FIGURES = list(cheap.figures())


@pytest.mark.parametrize("figure", FIGURES, ids=lambda it: it.name)
def test_an_event_costs_no_more_than_its_target(figure: Figure) -> None:
    assert 0 < figure.value <= figure.target


def test_all_of_it_is_measured() -> None:
    assert len(FIGURES) == 4
