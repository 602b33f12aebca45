"""The local AWS emulator as a child process: loopback only, a clean environment, state on disk."""

import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

from infra.tools.errors import SetupError
from infra.tools.paths import ROOT
from ingestion.cli.login.private_file import write_private

LAUNCHER = Path(__file__).with_name("launch_emulator.py")
HOST = "127.0.0.1"
PYTHON = ROOT / ".venv-emulator" / "bin" / "python"
START_SECONDS = 120
FUNCTION_SECONDS = 5
STOP_SECONDS = 120


class Emulator:
    """An emulator on `port` that keeps its state, log and process id in `directory`."""

    def __init__(self, directory: Path, port: int) -> None:
        self.directory = directory
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self.log_file = directory / "emulator.log"
        self._pid_file = directory / "emulator.pid"
        self._functions_directory = directory / "tmp"

    def client_settings(self, account: str = "test") -> dict[str, str]:
        """Return the settings of a boto3 client; a key of twelve digits names an account."""
        return {
            "endpoint_url": self.url,
            "aws_access_key_id": account,
            "aws_secret_access_key": "test",
        }

    @property
    def process(self) -> psutil.Process | None:
        """The running emulator. Another program may have its process id by now."""
        with suppress(OSError, ValueError, psutil.Error):
            process = psutil.Process(int(self._pid_file.read_text()))
            if str(self.directory) in process.environ().get("STATE_DIR", ""):
                return process
        return None

    @property
    def was_killed(self) -> bool:
        """Whether it ended without `stop`, and so without writing its state."""
        return self._pid_file.exists() and self.process is None

    def start(self) -> None:
        """Start the emulator if it does not run. Raises SetupError if the port is in use."""
        if self.process:
            return
        if self._is_open():
            raise SetupError(
                f"Port {self.port} is used by another program:"
                f" stop that program, or choose another port with PORT={self.port + 1}."
            )
        shutil.rmtree(self._functions_directory, ignore_errors=True)
        self._functions_directory.mkdir(parents=True)
        self._reset_streams()
        with self.log_file.open("ab") as log:
            process = subprocess.Popen(
                [PYTHON, "-P", LAUNCHER],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid_file.write_text(str(process.pid))
        deadline = time.monotonic() + START_SECONDS
        while not self._is_open():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SetupError(f"The emulator did not start: see {self.log_file}.")
            time.sleep(0.05)

    def stop(self) -> bool:
        """Stop the emulator and its functions. The emulator writes its state before it ends.

        Returns whether the emulator ran. It would wait for running functions, so they are killed
        after `FUNCTION_SECONDS`. Raises SetupError if the emulator must be killed before it wrote
        its state; then `was_killed` is true.
        """
        process = self.process
        if process:
            functions = process.children(recursive=True)
            process.terminate()
            psutil.wait_procs([process], FUNCTION_SECONDS)
            _kill(functions)
            _, alive = psutil.wait_procs([process], STOP_SECONDS)
            _kill(alive)
            if alive:
                raise SetupError(
                    f"The emulator did not stop within {STOP_SECONDS} s and was killed: its data"
                    " is that of its last regular stop."
                )
            self._pid_file.unlink(missing_ok=True)
        shutil.rmtree(self._functions_directory, ignore_errors=True)
        return process is not None

    def _reset_streams(self) -> None:
        """Make every mapping read the tables' streams from their beginning.

        The emulator stores how many records a mapping has read, but not the records. Without this
        reset a mapping would skip that number of new records.
        """
        file = self.directory / "state" / "lambda.json"
        if file.exists():
            state = json.loads(file.read_text())
            state["payload"]["dynamodb_stream_positions"] = {}
            write_private(file, json.dumps(state))

    def _environment(self) -> dict[str, str]:
        """Return the emulator's environment. Other variables could open a port or a file."""
        return {
            "PATH": os.defpath,
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": HOST,
            "TMPDIR": str(self._functions_directory),
            "STATE_DIR": str(self.directory / "state"),
            "S3_DATA_DIR": str(self.directory / "s3"),
            "PERSIST_STATE": "1",
            "S3_PERSIST": "1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "AUTH": "true",
            "TZ": "UTC",  # Times in its log have no zone.
            "LOG_LEVEL": "WARNING",
            # Functions inherit these variables. Without this one they would log no INFO lines.
            "POWERTOOLS_LOG_LEVEL": "INFO",
        }

    def _is_open(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((HOST, self.port)) == 0


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, FUNCTION_SECONDS)
