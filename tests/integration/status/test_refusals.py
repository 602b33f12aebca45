"""`ingest status` names refused requests, and a queue from which no function takes messages."""

import re

import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import Deployment
from ingestion.cli.logs.functions import log_group_of
from tests.integration.cloud import Cloud
from tests.integration.commands.output import document
from tests.integration.conftest import Ingest
from tests.integration.status.shown import part
from tests.integration.status.test_findings import log_lines
from tests.support.factories import submission


def test_a_source_without_a_mapping_has_the_command_that_restores_it(
    run: Ingest, checkout: Checkout
) -> None:
    outputs = checkout.outputs_file("local").read_text()
    file = checkout.outputs_file("dev")
    file.parent.mkdir()
    file.write_text(outputs)

    local = run("status", "--source", "sourceB").stdout
    dev = run("status", "--source", "sourceB", "--env", "dev").stdout

    assert re.search(r"^sourceB .* no mapping$", local, re.MULTILINE)
    assert local.endswith("\n  Next: make up REPAIR=1\n")
    assert dev.endswith("\n  Next: make deploy ENV=dev\n")


@pytest.mark.usefixtures("mapped")
def test_refused_requests_are_named_with_their_status(
    run: Ingest, cloud: Cloud, deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    for source in ("sourceA", "sourceA", None):
        assert cloud.post(submission(), source=source).status == 403
    assert cloud.post("no JSON", content_type="text/plain").status == 415
    lines = [line for line in capsys.readouterr().out.splitlines() if "request_refused" in line]
    log_lines(log_group_of(deployment.function_names["api"]), *lines)

    shown = document(run("status", "-o", "json"))

    assert len(lines) == 4
    [found] = [each for each in shown["attention"] if each["problem"] == "requests_refused"]
    assert found["text"] == (
        "sourceB: 3 requests refused with 403 (wrong or missing credentials) and 1 request"
        " refused with 415 (Unsupported Media Type) in the last 15 minutes."
        " Nothing of them is stored."
    )
    assert found["command"] == "ingest logs --source sourceB --since 15m"
    assert part(shown, "sourceB")["refused_requests"] == {"403": 3, "415": 1}
