"""Plans an environment as if it were the first deploy, on an empty emulator."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.tools.deploy.environments import Stack
from infra.tools.stack.emulator import HOST, Emulator


@dataclass(frozen=True)
class Preview(Stack):
    """An environment with the emulator in AWS's place; all that it keeps is in `directory`."""

    environment: str
    place: Path
    endpoint_url: str

    @property
    def directory(self) -> Path:
        """Not the environment's own."""
        return self.place

    def variables(self) -> dict[str, str]:
        """What Terraform finds in its process environment."""
        return {**super().variables(), **self._credentials(), "AWS_ENDPOINT_URL": self.endpoint_url}

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client of the emulator's services."""
        names = {name.lower(): value for name, value in self._credentials().items()}
        return self._session.client(  # type: ignore[call-overload]  # Stubs want the name spelt out.
            service,
            region_name=region or self.files.variable("region"),
            endpoint_url=self.endpoint_url,
            **names,
        )

    def backend_options(self) -> list[str]:
        """The emulator has no wildcard names."""
        return ["-backend-config=use_path_style=true"]

    def _credentials(self) -> dict[str, str]:
        """The emulator takes a key of twelve digits for the account, and `test` for its own."""
        account = self.files.variable("account_id") or "test"
        return {"AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "test"}


@contextmanager
def previewed(environment: str) -> Iterator[Preview]:
    """The environment, ready to be planned, with nothing there yet."""
    with TemporaryDirectory() as place:
        emulator = Emulator(Path(place) / "emulator", _free_port())
        stack = Preview(environment, Path(place), emulator.url)
        stack.package()
        emulator.start()
        try:
            stack.state_bucket.create()
            stack.init()
            yield stack
        finally:
            emulator.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
