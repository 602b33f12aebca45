"""What a person sees in a terminal who sends a file, also after Ctrl-C."""

import json
import os
import signal
from pathlib import Path

import pytest

from ingestion.files.upload import UploadKeys
from tests.integration.sending.conftest import KEY, Api, Run, Show
from tests.support.factories import contract
from tests.support.terminal.screen import Screen

SOURCE = ("--source", "sourceB", "--batch", "10")


def counts(screen: Screen) -> list[list[str]]:
    """Return the cells of the table at the top, which has a rule below its header."""
    return [screen.lines[0].split("  "), screen.lines[2].split()]


def write_events(folder: Path, name: str, *names: str) -> None:
    """Write events to a file of JSON Lines or of JSON."""
    events = [
        {"entity_name": "CONTRACT", "body": contract(f"c-{number}", contract_name=text)}
        for number, text in enumerate(names, 1)
    ]
    lines = "\n".join(map(json.dumps, events))
    (folder / name).write_text(lines if name.endswith("l") else json.dumps(events))


def test_the_table_and_the_errors_of_send_do_not_mix_with_its_progress_bar(
    show: Show, tmp_path: Path
) -> None:
    write_events(tmp_path, "events.jsonl", *["good", "bad"] * 20)
    outputs: list[int] = []

    screen, code = show("send", "events.jsonl", *SOURCE, on_output=outputs.append)

    error = "20 lines (2, 4, 6, 8, 10, …): invalid_entity: body: is too long"
    assert code == 4
    assert counts(screen) == [["accepted", "rejected", "not taken"], ["20", "20", "0"]]
    assert screen.lines[3:] == [error]
    assert len(outputs) > 1, "there was no progress bar"


@pytest.mark.parametrize(
    ("name", "unit"), [("events.jsonl", "line"), ("events.json", "event")], ids=["lines", "array"]
)
def test_ctrl_c_prints_the_command_that_continues(
    show: Show, run: Run, api: Api, tmp_path: Path, name: str, unit: str
) -> None:
    write_events(tmp_path, name, *["good"] * 30)
    api.free_requests = 2

    def interrupt(process_id: int) -> None:
        if api.waits.is_set() and not api.free.is_set():
            os.kill(process_id, signal.SIGINT)
            api.free.set()

    screen, code = show("send", name, *SOURCE, on_output=interrupt)
    continued = run("send", str(tmp_path / name), *SOURCE, f"--from-{unit}", "21")

    assert (code, continued.exit_code) == (130, 0)
    assert counts(screen)[1] == ["20", "0", "0"]
    assert screen.lines[3:5] == [
        f"Not all events were sent. Continue at {unit} 21:",
        f"ingest send {name} --source sourceB --from-{unit} 21",
    ]
    assert "Traceback" not in screen.text
    ids = [event["body"]["contract_id"] for event in api.posts[-1]]
    assert ids == [f"c-{number}" for number in range(21, 31)]


def test_ctrl_c_while_a_report_is_awaited_prints_how_to_see_it(
    show: Show, api: Api, tmp_path: Path
) -> None:
    (tmp_path / "rows.csv").write_text("contract_id\n")
    interrupted: list[int] = []

    def interrupt(process_id: int) -> None:
        if api.reads and not interrupted:
            interrupted.append(process_id)
            os.kill(process_id, signal.SIGINT)

    screen, code = show("upload", "rows.csv", "--follow", *SOURCE[:2], on_output=interrupt)

    assert code == 130, screen.text
    upload_id = UploadKeys.from_upload(KEY, "1").upload_id
    assert "".join(screen.lines) == (
        f"The file is uploaded. To see its report, run `ingest files show {upload_id}`"
    )


@pytest.mark.parametrize(
    ("is_bucket_slow", "printed"),
    [
        (False, "rows.csv is not uploaded: nothing of it was sent"),
        (
            True,
            "rows.csv may be uploaded or not: `ingest files list --source sourceB` shows it",
        ),
    ],
    ids=["before the upload", "during the upload"],
)
def test_ctrl_c_before_the_upload_has_an_id_prints_whether_it_may_exist(
    show: Show, api: Api, tmp_path: Path, is_bucket_slow: bool, printed: str
) -> None:
    (tmp_path / "rows.csv").write_text("contract_id\n")
    api.is_bucket_slow = is_bucket_slow
    api.free_requests = 1 if is_bucket_slow else 0

    def interrupt(process_id: int) -> None:
        if api.waits.is_set() and not api.free.is_set():
            os.kill(process_id, signal.SIGINT)
            api.free.set()

    screen, code = show("upload", "rows.csv", "--follow", *SOURCE[:2], on_output=interrupt)

    assert code == 130, screen.text
    assert "".join(screen.lines) == printed
    assert (api.puts, api.reads) == (int(is_bucket_slow), 0)
