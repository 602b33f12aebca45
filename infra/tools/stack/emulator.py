"""The local AWS emulator as a child process: loopback only, a clean environment, state on disk."""

import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from infra.tools.deploy.environments import write_private
from infra.tools.errors import SetupError
from infra.tools.paths import ROOT

HOST = "127.0.0.1"
PYTHON = ROOT / ".venv-emulator" / "bin" / "python"
START_SECONDS = 30
PATIENCE_SECONDS = 5
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

    def client_settings(self, account: str = "test") -> dict[str, str]:
        """Return the settings of a boto3 client; a key of twelve digits names an account."""
        return {
            "endpoint_url": self.url,
            "aws_access_key_id": account,
            "aws_secret_access_key": "test",
        }

    @property
    def log_file(self) -> Path:
        """What the emulator says."""
        return self.directory / "emulator.log"

    @property
    def _scratch(self) -> Path:
        """Where functions are unpacked; nothing in it is worth keeping."""
        return self.directory / "tmp"

    @property
    def _pid_file(self) -> Path:
        return self.directory / "emulator.pid"

    @property
    def process(self) -> psutil.Process | None:
        """Our own running emulator; a process id alone may by now be another program's."""
        if not self._pid_file.exists():
            return None
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied, ValueError):
            process = psutil.Process(int(self._pid_file.read_text()))
            if str(self.directory) in process.environ().get("STATE_DIR", ""):
                return process
        return None

    @property
    def was_killed(self) -> bool:
        """Whether it ended otherwise than by `stop`, and so without writing its state."""
        return self._pid_file.exists() and self.process is None

    def start(self) -> None:
        """Start it unless it runs. Raises SetupError for a taken port or a failed start."""
        if self.process:
            return
        if _is_open(self.port):
            raise SetupError(
                f"Port {self.port} is taken by another program:"
                f" stop that one, or choose another port with PORT={self.port + 1}."
            )
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        self._reset_streams()
        with self.log_file.open("ab") as log:
            process = subprocess.Popen(
                [PYTHON, "-P", "-m", "ministack"],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid_file.write_text(str(process.pid))
        deadline = time.monotonic() + START_SECONDS
        while not _is_open(self.port):
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SetupError(f"The emulator did not come up: see {self.log_file}.")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it and all it started; it writes its state before it ends.

        It would wait for functions that run: those that go on are ended, as in a crash. Raises
        SetupError where it had to be killed with its state unwritten; `was_killed` tells so later.
        """
        if process := self.process:
            functions = process.children(recursive=True)
            process.terminate()
            if not _ended([process], PATIENCE_SECONDS):
                _kill(functions)
            has_ended = _ended([process], STOP_SECONDS)
            _kill([process, *functions])
            _ended([process, *functions], PATIENCE_SECONDS)
            if not has_ended:
                raise SetupError(
                    f"The emulator did not stop within {STOP_SECONDS} s and was killed: it comes"
                    " back as it was when last stopped."
                )
            self._pid_file.unlink(missing_ok=True)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _reset_streams(self) -> None:
        """Let every mapping read the tables' streams from their beginning.

        The emulator keeps how many records a mapping has read, but not the records. Otherwise a
        mapping would skip as many new ones.
        """
        file = self.directory / "state" / "lambda.json"
        if file.exists():
            state = json.loads(file.read_text())
            state["payload"]["dynamodb_stream_positions"] = {}
            write_private(file, json.dumps(state))

    def _environment(self) -> dict[str, str]:
        """Everything it may know: a stray variable of the user's could open a port or a file."""
        return {
            "PATH": os.defpath,
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": HOST,
            "TMPDIR": str(self._scratch),
            "STATE_DIR": str(self.directory / "state"),
            "S3_DATA_DIR": str(self.directory / "s3"),
            "PERSIST_STATE": "1",
            "S3_PERSIST": "1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "AUTH": "true",
            "LOG_LEVEL": "WARNING",
        }


def _ended(processes: list[psutil.Process], seconds: float) -> bool:
    return not psutil.wait_procs(processes, seconds)[1]


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
