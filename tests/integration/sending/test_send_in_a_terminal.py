"""What a person sees in a terminal who sends a file, also after Ctrl-C."""

import json
from pathlib import Path

import pytest

from tests.integration.sending.conftest import Api, Open, Run
from tests.support.factories import contract

TABLE = """\
┏━━━━━━━━━━┳━━━━━━━━━━┳━━━━━━━━━━━┓
┃ accepted ┃ rejected ┃ not taken ┃
┡━━━━━━━━━━╇━━━━━━━━━━╇━━━━━━━━━━━┩
│ {:<8} │ {:<8} │ {:<9} │
└──────────┴──────────┴───────────┘"""


def write_events(folder: Path, name: str, *names: str) -> str:
    """Write events, and return the file's path."""
    events = [
        {"entity_name": "CONTRACT", "body": contract(f"c-{number}", contract_name=text)}
        for number, text in enumerate(names, 1)
    ]
    lines = "\n".join(map(json.dumps, events))
    file = folder / name
    file.write_text(lines if name.endswith("l") else json.dumps(events))
    return str(file)


def test_the_table_and_the_errors_of_send_do_not_mix_with_its_progress_bar(
    open_terminal: Open, tmp_path: Path
) -> None:
    file = write_events(tmp_path, "events.jsonl", *["good", "bad"] * 20)

    with open_terminal("send", file, "--source", "sourceB", "--batch", "10") as terminal:
        code = terminal.wait_for_end()

    shown = terminal.screen.text
    assert code == 4
    assert shown.startswith(
        TABLE.format(20, 20, 0) + "\nline 2: invalid_entity: body: is too long\n"
    )
    assert shown.count("invalid_entity") == 20
    assert f"{file} " in terminal.output, "there was no progress bar"
    assert file not in shown


@pytest.mark.parametrize(
    ("name", "unit"), [("events.jsonl", "line"), ("events.json", "event")], ids=["lines", "array"]
)
def test_ctrl_c_prints_the_command_that_continues(
    open_terminal: Open, run: Run, api: Api, tmp_path: Path, name: str, unit: str
) -> None:
    file = write_events(tmp_path, name, *["good"] * 30)
    api.free_requests = 2
    options = ("--source", "sourceB", "--batch", "10")
    with open_terminal("send", file, *options) as terminal:
        assert api.waits.wait(60)
        terminal.press_ctrl_c()
        code = terminal.wait_for_end()
    api.free.set()
    api.free_requests = 1_000
    shown = terminal.screen.text

    continued = run("send", file, *options, f"--from-{unit}", "21")

    assert (code, continued.exit_code) == (130, 0)
    assert TABLE.format(20, 0, 0) in shown
    assert f"Continue at {unit} 21:\n" in shown
    command = f"ingest send {file} --source sourceB --env local --from-{unit} 21\r\n"
    assert command in terminal.output
    assert "Traceback" not in shown
    ids = [event["body"]["contract_id"] for event in api.posts[-1]]
    assert ids == [f"c-{number}" for number in range(21, 31)]
