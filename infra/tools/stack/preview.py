"""Plans an environment as if it were the first deploy, on an empty emulator."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.tools.deploy.environments import Environment
from infra.tools.stack.emulator import HOST, Emulator


class Preview(Environment):
    """An environment that has an emulator instead of AWS. Its directory is the emulator's."""

    backend_options = ("-backend-config=use_path_style=true",)

    def __init__(self, name: str, emulator: Emulator) -> None:
        super().__init__(name)
        self.directory = emulator.directory
        self.emulator = emulator

    @property
    def emulator_settings(self) -> dict[str, str]:
        """Return the settings of a boto3 client that acts for the environment's account."""
        return self.emulator.client_settings(self.files.variables.get("account_id") or "test")


@contextmanager
def open_preview(name: str) -> Iterator[Preview]:
    """Yield the environment, ready for a plan, on an emulator without resources."""
    with TemporaryDirectory() as directory, socket.create_server((HOST, 0)) as probe:
        environment = Preview(name, Emulator(Path(directory), probe.getsockname()[1]))
        environment.package()
        probe.close()
        environment.emulator.start()
        try:
            environment.state_bucket.create()
            environment.init()
            yield environment
        finally:
            environment.emulator.stop()
