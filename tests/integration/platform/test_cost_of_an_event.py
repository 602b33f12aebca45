"""An event costs at most its targets on AWS's bill. The benchmark prints the same figures."""

import pytest

from tests.benchmarks import cheap


def test_an_event_costs_no_more_than_its_targets(subtests: pytest.Subtests) -> None:
    figures = list(cheap.figures())

    assert len(figures) == 4
    for figure in figures:
        with subtests.test(figure.name):
            assert 0 < figure.value <= figure.target
