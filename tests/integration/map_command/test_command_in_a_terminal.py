"""What `ingest map` prints fits a terminal of 80 columns."""

import re
from collections.abc import Callable

import pytest

from ingestion.cli import app, output
from ingestion.cli.checkout import Checkout
from tests.integration.map_command.conftest import Map, Write
from tests.integration.map_command.shop import order
from tests.support.terminal.in_process import Shown, show

SHOP = ("--source", "shop", "--header", "x-tenant:north")
LONG = "Adquisición de guantes y otros insumos médicos para el hospital de Asunción"

BOLD = re.compile(r"\x1b\[[0-9;]*m")

See = Callable[..., Shown]


@pytest.fixture
def see(
    ingest_map: Map,  # noqa: ARG001 - the folder and the environment
    mapped_checkout: Checkout,
    monkeypatch: pytest.MonkeyPatch,
) -> See:
    """Run `ingest map …` in a terminal of 80 columns."""
    monkeypatch.setenv("TERM", "xterm")
    for name in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(output.console, "width", 80)

    def invoke(*arguments: str) -> Shown:
        def command() -> int:
            with pytest.raises(SystemExit) as ended:
                app.app(["map", *arguments], prog_name="ingest", obj=mapped_checkout)
            return int(ended.value.code or 0)

        shown = show(command, 80)
        return shown._replace(text=BOLD.sub("", shown.text))

    return invoke


def test_the_table_of_fields_fits_and_shortens_long_values(see: See, write: Write) -> None:
    write("order.json", order(title=LONG))

    shown = see("order.json", *SHOP)

    assert shown.exit_code == 0
    header = next(n for n, line in enumerate(shown.lines) if line.startswith("field   "))
    table = shown.lines[header : header + 6]
    assert all(len(line.rstrip()) <= 80 for line in table)
    [name] = [line for line in table if line.startswith("contract_name")]
    assert LONG not in name
    assert "…" in name
    assert name.rstrip().endswith("payload.order.title")


def test_what_is_refused_and_unread_is_shown_below_the_events(see: See, write: Write) -> None:
    write("order.json", order(title=7, buyer={"name": "A"}))

    shown = see("order.json", *SHOP, "--coverage")

    assert shown.exit_code == 4
    assert "valid: no: contract_name: must be a text: add `text: true` to the rule" in shown.lines
    assert [line.rstrip() for line in shown.lines[-3:]] == [
        "No rule reads:",
        "  order.buyer.name",
        "The rules read 7 of 8 paths.",
    ]


def test_each_unread_path_has_a_line_however_long(see: See, write: Write) -> None:
    names = ["x" * 90, "y" * 90]
    write("order.json", order(**dict.fromkeys(names, 1)))

    shown = see("order.json", *SHOP, "--coverage")

    unread = shown.lines[shown.lines.index("No rule reads:") + 1 : -1]
    assert len(unread) == 4  # The terminal wraps each path once.
    assert "".join(unread) == "".join(f"  order.{name}" for name in names)


def test_the_tests_of_samples_are_a_table(see: See, write: Write) -> None:
    write("config/samples/table/row.csv", "number;category\n1;2\n")
    see("--record", "--source", "table")

    shown = see("--check", "--source", "table")

    assert shown.exit_code == 0
    assert shown.lines[0].split() == ["source", "samples", "events", "result"]
    assert shown.lines[-1].split() == ["table", "1", "1", "as", "expected"]
