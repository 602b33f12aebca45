"""Plans an environment as if it were the first deploy, on an empty emulator."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.tools.deploy.environments import Stack
from infra.tools.stack.emulator import HOST, Emulator


@dataclass(frozen=True)
class Preview(Stack):
    """An environment with the emulator in AWS's place, which keeps everything in its folder."""

    environment: str
    emulator: Emulator

    @property
    def directory(self) -> Path:
        """Return the emulator's folder, not the environment's own."""
        return self.emulator.directory

    @property
    def emulated(self) -> dict[str, str]:
        """Return the settings of a boto3 client that acts for the environment's account."""
        return self.emulator.client_settings(self.files.variable("account_id") or "test")

    def backend_options(self) -> list[str]:
        """Return what the emulator needs, which has no wildcard names."""
        return ["-backend-config=use_path_style=true"]


@contextmanager
def previewed(environment: str) -> Iterator[Preview]:
    """The environment, ready to be planned, with nothing there yet."""
    with TemporaryDirectory() as place:
        stack = Preview(environment, Emulator(Path(place), _free_port()))
        stack.package()
        stack.emulator.start()
        try:
            stack.state_bucket.create()
            stack.init()
            yield stack
        finally:
            stack.emulator.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
