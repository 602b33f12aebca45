"""A copy of the checkout, applied to an emulator of its own, for all tests of a folder."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import pytest

from infra.tools.build.target import local_target
from infra.tools.paths import BUILD, ROOT
from infra.tools.stack.emulator import PYTHON
from ingestion.cli.environment import Deployment
from tests.support.packages import copy_dependencies
from tests.support.terraform import provider

SUBSCRIBERS_TOKEN = "canary-token-of-the-subscriber"
COPIED = ("config", "entities", "infra", "ingestion", "docs", "tests")
LINKED = (".venv-emulator",)
# Wants little, so that it is not in the way of the tests that are not about it.
SUBSCRIBER = """
subscribers = {
  web = {
    url      = "http://127.0.0.1:%d/changes?token=%s"
    entities = ["MILESTONE"]
    kinds    = ["deleted"]
  }
}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Checkout:
    """A copy of the project with a local stack of its own on `port`.

    `delivery_secret` signs the changes for the subscriber.
    `terraform` holds the variables that make Terraform use a provider that already runs. Without
    them each command of Terraform starts a provider, which takes 3 s of CPU.
    """

    directory: Path
    port: int
    endpoint_port: int = 0
    delivery_secret: str = ""
    terraform: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> Path:
        return self.directory / ".stack" / "local"

    @property
    def up_log(self) -> Path:
        """What the first `up` printed."""
        return self.directory / "up.log"

    @property
    def deployment(self) -> Deployment:
        return Deployment.model_validate_json((self.state / "outputs.json").read_bytes())

    def environment(self, **variables: str) -> dict[str, str]:
        """Return the variables of a program that runs the code of the copy."""
        own = {"PORT": "", "PYTHONPATH": str(self.directory)}
        return {**os.environ, **own, **self.terraform, **variables}

    def run(
        self,
        *arguments: str,
        check: bool = True,
        stdin: str | None = None,
        port: str = "",
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> subprocess.CompletedProcess[str]:
        """Run Python in the copy, as `make` would."""
        answer = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.directory,
            env=self.environment(PORT=port, **variables),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or answer.returncode == 0, answer.stdout + answer.stderr
        return answer

    def stack(
        self, *command: str, check: bool = True, port: int | str = ""
    ) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "infra.tools.app", *command, check=check, port=str(port))


def copy_checkout(directory: Path, port: int) -> Checkout:
    for name in COPIED:
        ignore = shutil.ignore_patterns(".terraform", "__pycache__")
        shutil.copytree(ROOT / name, directory / name, ignore=ignore)
    for name in LINKED:
        (directory / name).symlink_to(ROOT / name)
    copy_dependencies(local_target(PYTHON), directory / BUILD.name)
    return Checkout(directory, port)


def copy_with_subscriber(directory: Path) -> Checkout:
    checkout = replace(copy_checkout(directory, free_port()), endpoint_port=free_port())
    with (checkout.directory / "config" / "local.tfvars").open("a") as variables:
        variables.write(SUBSCRIBER % (checkout.endpoint_port, SUBSCRIBERS_TOKEN))
    return checkout


def emulated(port: int) -> dict[str, str]:
    """Return the variables that make a program call the emulator on `port` instead of AWS."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


@contextmanager
def with_provider(checkout: Checkout, folder: Path) -> Iterator[Checkout]:
    """Run a provider for the commands of the checkout in this block."""
    with provider.running(folder, **emulated(checkout.port)) as variables:
        yield replace(checkout, terraform=variables)


@contextmanager
def applied(checkout: Checkout) -> Iterator[Checkout]:
    """Apply a copy of the checkout, and leave nothing at the end."""
    try:
        said = checkout.stack("up", port=checkout.port)
        checkout.up_log.write_text(said.stdout + said.stderr)
        add = ("-m", "ingestion.cli.app", "secrets", "add", "--source", "subscriber web")
        yield replace(checkout, delivery_secret=checkout.run(*add).stdout.strip())
    finally:
        checkout.stack("reset")


@contextmanager
def applied_with_subscriber(folders: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Apply a copy of the checkout with a subscriber, by a provider that runs in this block."""
    copied = copy_with_subscriber(folders.mktemp("checkout"))
    with (
        with_provider(copied, folders.mktemp("provider")) as prepared,
        applied(prepared) as checkout,
    ):
        yield checkout


@pytest.fixture(scope="package")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """The whole platform, applied by the real Terraform for the tests of this folder."""
    with applied_with_subscriber(tmp_path_factory) as checkout:
        yield checkout


@pytest.fixture(scope="package")
def deployment(checkout: Checkout) -> Deployment:
    return checkout.deployment


def outputs(checkout: Checkout) -> dict[str, object]:
    document: dict[str, object] = json.loads(checkout.stack("outputs").stdout)
    return document
