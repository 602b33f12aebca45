"""`ingest logs` selects a kind of function or a part, and shows errors of a start."""

from datetime import UTC, datetime, timedelta

from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_groups
from ingestion.cli.start.completion import complete_function
from tests.integration.conftest import Ingest
from tests.integration.tracing.conftest import Log
from tests.integration.tracing.test_logs import printed
from tests.support.logs.emulator_log import write_emulator_log


def test_a_function_that_does_not_start_has_a_line_from_the_emulator(
    run: Ingest, log: Log, deployment: Deployment
) -> None:
    worker = deployment.function_names["workers"]["sourceB"]
    log("worker sourceB", "START RequestId: 1", "REPORT RequestId: 1")
    error = f"Warm worker execution error for {worker}: Worker init failed: 'TABLE_NAME'"
    write_emulator_log(deployment.checkout, datetime.now(UTC) - timedelta(hours=1), error)
    write_emulator_log(deployment.checkout, datetime.now(UTC), error)

    [line] = run("logs", "--source", "sourceB").stdout.splitlines()

    assert "  worker sourceB  ERROR  " in line
    assert line.endswith("The function does not start: 'TABLE_NAME'")


def test_a_part_that_is_no_source_has_the_lines_of_its_function(run: Ingest, log: Log) -> None:
    log("delivery billing", '{"message": "of the delivery"}')
    log("changes", '{"message": "of the changes"}')

    of_subscriber = run("logs", "--source", "subscriber billing").stdout.splitlines()
    of_changes = run("logs", "--source", "changes").stdout.splitlines()

    assert [line.partition("Z  ")[2] for line in of_subscriber] == [
        "delivery billing  INFO  of the delivery"
    ]
    assert [line.partition("Z  ")[2] for line in of_changes] == ["changes  INFO  of the changes"]


def test_each_offered_function_is_one_or_a_kind(deployment: Deployment) -> None:
    names = log_groups(deployment)

    assert set(complete_function()) == {name.partition(" ")[0] for name in names}


def test_a_kind_of_function_selects_all_of_them(run: Ingest, log: Log) -> None:
    log("worker sourceA", '{"message": "any"}')
    log("worker sourceB", '{"message": "any"}')
    log("api", '{"message": "any"}')

    lines = printed(run("logs", "--function", "worker", "-o", "json"))

    assert {line["function"] for line in lines} == {"worker sourceA", "worker sourceB"}
