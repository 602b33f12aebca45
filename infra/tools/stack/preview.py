"""Plans an environment as if it were the first deploy, on an empty emulator."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.tools.deploy.environments import Environment
from infra.tools.stack.emulator import HOST, Emulator


@contextmanager
def open_preview(name: str) -> Iterator[Environment]:
    """Yield the environment, ready for a plan, on an emulator without resources."""
    with TemporaryDirectory() as directory, socket.create_server((HOST, 0)) as probe:
        emulator = Emulator(Path(directory), probe.getsockname()[1])
        environment = Environment(name)
        account = environment.files.variables.get("account_id") or "test"
        environment.directory = emulator.directory
        environment.emulator_settings = emulator.client_settings(account)
        environment.backend_options = ("-backend-config=use_path_style=true",)
        environment.package()
        probe.close()
        emulator.start()
        try:
            environment.state_bucket.create()
            environment.init()
            yield environment
        finally:
            emulator.stop()
