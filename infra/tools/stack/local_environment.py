"""The environment on this machine's emulator."""

import json
import os
import secrets
import shutil
import sys
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path

import typer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from infra.tools.build.target import Target, local_target
from infra.tools.deploy.environments import LOCAL, Environment
from infra.tools.deploy.stored_data import BUCKET, QUEUE, TABLE, find_data
from infra.tools.errors import SetupError
from infra.tools.paths import CONFIG, INFRA, ROOT
from infra.tools.run import console, show_step
from infra.tools.stack.emulator import PYTHON, Emulator
from ingestion.catalog import READER, Catalog
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import load_catalog
from ingestion.cli.login.private_file import write_private

_KEY_GENERATIONS = ("", ".1", ".2", ".3")  # The endings of key names in infra/modules/api.
_NO_DATA = "it holds no data"
_IMPATIENT = Config(read_timeout=5, retries={"total_max_attempts": 1})


def _wanted_port() -> int | None:
    """Return the environment variable PORT. Raises SetupError if it is not a port."""
    text = os.environ.get("PORT", "")
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SetupError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text) if text else None


def write_root(root: Path) -> None:
    """Write a Terraform root of links to infra/ and, beside it, config/. It has no imports."""
    shutil.rmtree(root.parent, ignore_errors=True)
    root.mkdir(parents=True)
    for part in (*INFRA.glob("*.tf"), INFRA / ".terraform.lock.hcl", INFRA / "modules"):
        (root / part.name).symlink_to(part)
    (root.parent / CONFIG.name).symlink_to(CONFIG)


class LocalEnvironment(Environment):
    """The environment on this machine's emulator.

    `digest_file` holds the digest of the inputs of the last apply. It is valid while there are
    outputs. The Terraform root has links to infra/, and imports of queues that exist already.
    """

    default_port = 4566
    to_reset = "run `make reset` first"

    def __init__(self, root: Path = ROOT, wanted_port: int | None = None) -> None:
        super().__init__(LOCAL, root)
        self.terraform_root = self.directory / "overlay" / INFRA.name
        self.digest_file = self.directory / "applied"
        self.port_file = self.directory / "port"
        self.wanted_port = wanted_port or _wanted_port()

    @cached_property
    def emulator(self) -> Emulator:
        """The emulator. Its data contains its port, so the port cannot change."""
        known = int(self.port_file.read_text()) if self.port_file.exists() else None
        if known and self.wanted_port not in (None, known):
            raise SetupError(
                f"This checkout's stack is on port {known}: leave PORT out,"
                f" or {self.to_reset}, which deletes its data."
            )
        return Emulator(self.directory, known or self.wanted_port or self.default_port)

    @cached_property
    def target(self) -> Target:
        """The emulator's interpreter, which runs the functions."""
        return local_target(PYTHON)

    @property
    def package_file(self) -> Path:
        """The functions' zip for the emulator."""
        return self.target.zip_file

    @cached_property
    def emulator_settings(self) -> dict[str, str]:
        """Return the settings of a boto3 client of the emulator."""
        return self.emulator.client_settings()

    def variables(self) -> dict[str, str]:
        """Return the environment variables of Terraform's process."""
        catalog = load_catalog(Checkout(self.root))
        return super().variables() | {
            "TF_VAR_functions": json.dumps({"architecture": self.target.architecture}),
            "TF_VAR_api_keys": json.dumps(self._load_api_keys(catalog)),
            "TF_VAR_api_url_format": f"{self.emulator.url}/restapis/%s/%s/_user_request_",
        }

    def _load_api_keys(self, catalog: Catalog) -> dict[str, str]:
        """Return a key for each caller and rotation. The keys of the emulator are too short."""
        file = self.directory / "api_keys.json"
        keys: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        names = [f"{name}{end}" for name in (*catalog.senders, READER) for end in _KEY_GENERATIONS]
        if missing := [name for name in names if name not in keys]:
            keys |= {name: secrets.token_urlsafe(32) for name in missing}
            write_private(file, json.dumps(keys))
        return {name: keys[name] for name in names}

    def init(self) -> None:
        """Make Terraform ready. Raises SetupError if the emulator does not run."""
        if self.emulator.process is None:
            raise SetupError("The local stack is not up: run `make up`.")
        write_root(self.terraform_root)
        super().init()

    def stop(self) -> None:
        """Stop the emulator, and print what happened."""
        with show_step("Stopping the local stack"):
            has_run = self.emulator.stop()
        if has_run:
            console.print(
                f"Stopped the local stack on port {self.emulator.port}. Its data is in"
                f" {self.directory}. `make up` starts it again."
            )
        else:
            console.print("The local stack was not running.")

    def reset(self, *, force: bool = False) -> None:
        """Print what the stack holds, stop the emulator, and delete everything.

        Asks first, except with `force`: on a terminal if anything is held, and always if the data
        cannot be counted.
        """
        if not self.directory.exists():
            console.print("There is no local stack. Nothing was deleted.")
            return
        data = self._count_data()
        if data is None and not force:
            self._confirm_uncounted()
        elif data != _NO_DATA and not force and sys.stdin.isatty():
            console.print(f"The local stack in {self.directory}: {data}.")
            typer.confirm("Delete all data?", abort=True, err=True)
        data = data or "all its data, which could not be counted"
        console.print(f"Deleting the local stack in {self.directory}: {data}.")
        # The emulator may end without writing its state.
        with show_step("Stopping the local stack"), suppress(SetupError):
            self.emulator.stop()
        shutil.rmtree(self.directory)
        console.print("Deleted. `make up` creates a new stack.")

    def _count_data(self) -> str | None:
        """Return what the stack holds; None if the emulator is down or hangs."""
        with suppress(BotoCoreError, ClientError):
            if self.emulator.process:
                return "; ".join(self._find_data()) or _NO_DATA
        return None

    def _confirm_uncounted(self) -> None:
        """Ask before data are deleted that nobody has counted. Raises SetupError or Abort."""
        problem = (
            f"The data in {self.directory} cannot be counted, because the emulator does not respond"
        )
        if not sys.stdin.isatty():
            raise SetupError(
                f"Nothing was deleted. {problem}: run `make up` first, or give FORCE=1 (--force) to"
                " delete all data uncounted."
            )
        console.print(f"{problem}. `make up` starts the emulator.")
        typer.confirm("Delete all data uncounted?", abort=True, err=True)

    def _find_data(self) -> list[str]:
        """Return all data in the emulator, also if Terraform does not know its resource.

        Leave out the index of search, which can be built again.
        """
        client = partial(self.client, config=_IMPATIENT)
        outputs = json.loads(self.outputs_file.read_text()) if self.outputs_file.exists() else {}
        buckets = {bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]}
        ids = {
            TABLE: client("dynamodb").list_tables()["TableNames"],
            QUEUE: client("sqs").list_queues().get("QueueUrls", []),
            BUCKET: sorted(buckets - {outputs.get("search_index_bucket")}),
        }
        resources = [(kind, {"id": name}) for kind, names in ids.items() for name in names]
        return find_data(resources, client)
