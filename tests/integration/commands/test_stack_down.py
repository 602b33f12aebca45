"""Each command prints one sentence if the stack is down, if a reader leaves, or without rights."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.cli import app
from ingestion.cli.checkout import Checkout
from tests.integration.sending.conftest import RUN, unused_outputs

NOBODY = "http://127.0.0.1:9"
COMMANDS = [
    ["get", "CONTRACT", "c-1"],
    ["list", "CONTRACT"],
    ["related", "CONTRACT", "c-1"],
    ["export", "CONTRACT"],
    ["check", "references"],
    ["check", "entities"],
    ["entities", "reindex"],
    ["dlq", "list"],
    ["dlq", "redrive"],
    ["secrets", "list", "--source", "sourceA"],
    ["tail"],
    ["send", "FILE", "--source", "sourceB"],
    ["upload", "FILE", "--source", "sourceB"],
]


@pytest.fixture
def down(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """Return a checkout whose local stack does not run."""
    outputs = unused_outputs(NOBODY) | {
        "webhook_secret_names": {"sourceA": "secret"},
        "unrouted_queue_url": f"{NOBODY}/1/queue",
        "change_topic_arn": "arn:aws:sns:eu-central-1:000000000000:changes.fifo",
    }
    file = checkout.outputs_file("local")
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(outputs))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("COLUMNS", "1000")
    return checkout


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
def test_a_command_without_a_stack_names_the_command_that_starts_it(
    down: Checkout,
    tmp_path: Path,
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "events.json"
    file.write_text('{"entity_name": "CONTRACT", "body": {}}')
    arguments = [str(file) if argument == "FILE" else argument for argument in command]
    monkeypatch.setattr(sys, "argv", ["ingest", *arguments])

    with pytest.raises(SystemExit) as ended:
        app.main(down)

    printed = capsys.readouterr()
    assert ended.value.code == 1
    assert printed.out == ""
    assert printed.err.startswith(f"the local stack does not respond at {NOBODY}")
    assert printed.err.endswith(": run `make up`\n")
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize("command", [["schema", "CONTRACT"], ["sources"]], ids=" ".join)
def test_a_closed_pipe_is_no_error(down: Checkout, command: list[str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(down.root), *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()

    printed = process.stderr.read()

    process.stderr.close()
    assert process.wait() == 1
    assert printed == b""
