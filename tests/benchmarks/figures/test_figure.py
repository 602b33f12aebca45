"""Figures of the benchmark: verdicts, rounds and their output."""

import io
from contextlib import redirect_stdout

import pytest
from typer import Typer
from typer.testing import CliRunner

from tests.benchmarks import run, up
from tests.benchmarks.figures.figure import Figure, measure_ratios, parse_figures, print_figures
from tests.benchmarks.run import row


def figure(*rounds: float, target: float = 1.0, exact: bool = False, least: bool = False) -> Figure:
    return Figure("part", "name", "against", target, list(rounds), exact=exact, least=least)


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (figure(0.5, 1.0, 9.0), "met"),
        (figure(1.25), "near"),
        (figure(1.26), "past"),
        (figure(1.01, exact=True), "past"),
        (figure(1.0, least=True), "met"),
        (figure(0.8, least=True), "near"),
        (figure(0.79, least=True), "past"),
    ],
)
def test_a_figure_meets_its_target_or_misses_it_within_or_beyond_the_tolerance(
    found: Figure, verdict: str
) -> None:
    assert row(found)[-1] == verdict


def test_each_act_goes_first_every_other_round() -> None:
    order: list[str] = []
    times = iter(range(1_000))

    ratios = measure_ratios(
        lambda: order.append("ours"),
        lambda: order.append("theirs"),
        rounds=2,
        clock=lambda: float(next(times)),
    )

    assert order == ["ours", "theirs", "theirs", "ours", "ours", "theirs"]
    assert ratios == [1.0, 1.0]


def test_printed_figures_are_parsed_unchanged() -> None:
    figures = [figure(1.0, 2.0), figure(3.0, least=True)]
    output = io.StringIO()

    with redirect_stdout(output):
        print_figures(figures)

    assert parse_figures(output.getvalue()) == figures


def test_an_unknown_part_is_refused_with_the_known_parts() -> None:
    runner = CliRunner()
    app = Typer()
    app.command()(run.main)

    result = runner.invoke(app, ["speed"])

    assert result.exit_code == 2
    assert "end_to_end" in result.output


def test_a_port_of_the_callers_is_not_that_of_the_measured_stack() -> None:
    variables = {"PATH": "/bin", "PORT": "4566", "MAKEFLAGS": "w", "MAKELEVEL": "1"}

    assert up.without_make(variables) == {"PATH": "/bin"}
