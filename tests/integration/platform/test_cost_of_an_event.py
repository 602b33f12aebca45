"""An event costs at most its targets on AWS's bill. The benchmark prints the same figures."""

import pytest

from tests.benchmarks import cheap
from tests.benchmarks.figure import Figure

FIGURES = list(cheap.figures())


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_an_event_costs_no_more_than_its_target(figure: Figure) -> None:
    assert 0 < figure.value <= figure.target


def test_the_benchmark_measures_four_costs() -> None:
    assert len(FIGURES) == 4
