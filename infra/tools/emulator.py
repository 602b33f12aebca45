"""The local AWS emulator as a child process: loopback only, a clean environment, state on disk."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from infra.tools.errors import SetupError
from infra.tools.paths import ROOT

HOST = "127.0.0.1"
PYTHON = ROOT / ".venv-emulator" / "bin" / "python"
START_SECONDS = 30
STOP_SECONDS = 20


@dataclass(frozen=True)
class Emulator:
    """An emulator on `port` that keeps its state, log and process id in `directory`."""

    directory: Path
    port: int

    @property
    def url(self) -> str:
        """The endpoint of every service."""
        return f"http://{HOST}:{self.port}"

    @property
    def log_file(self) -> Path:
        """What the emulator says."""
        return self.directory / "emulator.log"

    @property
    def _pid_file(self) -> Path:
        return self.directory / "emulator.pid"

    @property
    def pid(self) -> int | None:
        """The process id of our own running emulator."""
        if not self._pid_file.exists():
            return None
        pid = int(self._pid_file.read_text())
        return pid if _is_emulator(pid) else None

    def start(self) -> None:
        """Start it unless it runs. Raises SetupError for a taken port or a failed start."""
        if self.pid:
            return
        if _is_open(self.port):
            raise SetupError(
                f"Port {self.port} is taken by another program:"
                f" stop that one, or choose another port with PORT={self.port + 1}."
            )
        scratch = self.directory / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        with self.log_file.open("ab") as log:
            process = subprocess.Popen(
                [PYTHON, "-m", "ministack"],
                env=self._environment(scratch),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid_file.write_text(str(process.pid))
        if not _wait(lambda: _is_open(self.port) or process.poll() is not None, START_SECONDS) or (
            process.poll() is not None
        ):
            raise SetupError(f"The emulator did not come up: see {self.log_file}.")

    def stop(self) -> None:
        """Stop it and all it started; it writes its state before it ends."""
        pid = self.pid
        if pid:
            os.kill(pid, signal.SIGTERM)
            _wait(lambda: not _is_emulator(pid), STOP_SECONDS)
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        self._pid_file.unlink(missing_ok=True)

    def _environment(self, scratch: Path) -> dict[str, str]:
        """Everything it may know: a stray variable of the user's could open a port or a file."""
        return {
            "PATH": os.defpath,
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": HOST,
            "TMPDIR": str(scratch),
            "STATE_DIR": str(self.directory / "state"),
            "S3_DATA_DIR": str(self.directory / "s3"),
            "PERSIST_STATE": "1",
            "S3_PERSIST": "1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "AUTH": "true",
            "LOG_LEVEL": "WARNING",
        }


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _is_emulator(pid: int) -> bool:
    """Whether the process is there, is no zombie, and is an emulator and not another's new one."""
    shown = subprocess.run(
        ["ps", "-o", "stat=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return "ministack" in shown and not shown.startswith("Z")


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
