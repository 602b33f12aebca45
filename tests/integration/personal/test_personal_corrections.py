"""`ingest put` and `ingest delete` hide personal values, also those of a refused correction."""

import pytest

from tests.integration.cloud import Cloud
from tests.integration.commands.gateway import Gateway
from tests.integration.conftest import Ingest
from tests.integration.personal.persons import text
from tests.support.factories import CANARY

PUT = ("put", "PERSON", "p-1")


@pytest.mark.parametrize(
    "command",
    [
        [*PUT, "--set", f"name=Al {CANARY}", "--set", "team=pumps", "--dry-run"],
        ["delete", "PERSON", "p-1", "--dry-run"],
    ],
    ids=["put", "delete"],
)
def test_a_change_shows_personal_values_only_on_request(
    staffed: Cloud, run: Ingest, gateway: Gateway, command: list[str]
) -> None:
    assert staffed
    hidden, shown = run(*command), run(*command, "--show-personal")

    assert (hidden.exit_code, shown.exit_code, gateway.corrections) == (0, 0, []), shown.output
    assert "turbines" in text(hidden)
    assert CANARY not in text(hidden)
    assert "[hidden]" in text(hidden)
    assert CANARY in text(shown)


def test_a_field_that_is_required_may_stay_or_become_null(
    staffed: Cloud, run: Ingest, gateway: Gateway
) -> None:
    assert gateway
    results = [
        run(*PUT, "--set", "salary=41"),
        run(*PUT, "--unset", "salary"),
        run(*PUT, "--set", "team=pumps"),
    ]

    assert [result.exit_code for result in results] == [0, 0, 0], results[0].output
    row = staffed.rows()["PERSON#p-1"]
    assert (row["team"], row.get("salary")) == ("pumps", None)


@pytest.mark.parametrize("options", [[], ["--dry-run"]], ids=["sent", "dry run"])
def test_a_refusal_hides_the_value_that_it_quotes(
    staffed: Cloud, run: Ingest, gateway: Gateway, options: list[str]
) -> None:
    assert staffed
    assert gateway
    result = run(*PUT, "--set", f"email={CANARY}", *options)

    assert result.exit_code == 4
    assert "email:" in text(result)
    assert CANARY not in text(result)
