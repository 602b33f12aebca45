"""Copies of the index stay on the disk only as long as the process that made them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

_MAKE = """
from ingestion.search.local_files import LocalFiles
made = LocalFiles(None, "bucket"), LocalFiles(None, "bucket")
print(*(files.directory for files in made), flush=True)
input()
"""


def start(folder: Path) -> "tuple[subprocess.Popen[str], list[Path]]":
    """Start a process with two LocalFiles. Return it, and their directories."""
    process = subprocess.Popen(
        [sys.executable, "-c", _MAKE],
        env={**os.environ, "TMPDIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    return process, [Path(name) for name in process.stdout.readline().split()]


def test_the_directories_of_a_killed_process_are_deleted_by_the_next(tmp_path: Path) -> None:
    killed, left = start(tmp_path)
    (left[0] / "copy-1").write_bytes(b"index")
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert left[0].is_dir()

    first, used = start(tmp_path)
    second, others = start(tmp_path)

    assert not left[0].exists()
    assert len({*used, *others}) == 4
    assert all(directory.is_dir() for directory in used + others)
    first.communicate("\n")
    second.communicate("\n")
    assert [*tmp_path.iterdir()] == []


def test_only_directories_of_this_program_are_deleted(tmp_path: Path) -> None:
    (tmp_path / "search-other").mkdir()

    process, _ = start(tmp_path)
    process.communicate("\n")

    assert [path.name for path in tmp_path.iterdir()] == ["search-other"]
