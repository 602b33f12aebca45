"""The environments of this checkout: the local one on the emulator, the others on AWS."""

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import boto3

from infra.tools import access, build, queues, terraform
from infra.tools.config import Files, files_of
from infra.tools.emulator import PYTHON, Emulator
from infra.tools.errors import SetupError
from infra.tools.paths import CONFIG, INFRA, state_directory
from infra.tools.run import talk
from infra.tools.state_bucket import StateBucket
from ingestion.catalog import READER
from ingestion.deployment import load_catalog

LOCAL = "local"
_GENERATIONS = ("", ".1", ".2", ".3")  # What infra/modules/api calls a caller's keys.
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass(frozen=True)
class Stack:
    """An environment of this checkout: Terraform's settings for it and what came of them."""

    environment: str

    @property
    def directory(self) -> Path:
        """What is kept of it between runs; nothing of it is committed."""
        return state_directory(self.environment)

    @property
    def outputs_file(self) -> Path:
        """The outputs of the last apply, for the `ingest` command. Holds API keys."""
        return self.directory / "outputs.json"

    @cached_property
    def files(self) -> Files:
        """Its two files. Raises SetupError where they are not there, or not its own."""
        return files_of(self.environment)

    @property
    def package_file(self) -> Path:
        """The functions' zip: the one that TF_VAR_package_file names, or one that we build."""
        given = os.environ.get("TF_VAR_package_file")  # noqa: SIM112 - Terraform's own spelling
        return Path(given).resolve() if given else build.aws_target().zip_file

    def variables(self) -> dict[str, str]:
        """What Terraform finds in its process environment."""
        return {
            "TF_DATA_DIR": str(self.directory / "terraform"),
            "TF_VAR_package_file": str(self.package_file),
        }

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client with the user's credentials, in the environment's region unless told."""
        return self._session.client(  # type: ignore[call-overload]  # Stubs want the name spelt out.
            service, region_name=region or self.files.variable("region")
        )

    @cached_property
    def _session(self) -> boto3.Session:
        return boto3.Session()

    @cached_property
    def state_bucket(self) -> StateBucket:
        """Where the state is. Raises SetupError without credentials, or with another account's."""
        account = access.account_of(self.client)
        access.require_account(account, self.files.variable("account_id"), self.environment)
        name, _, region = self.files.state()
        return StateBucket(self.client("s3", region), name, region, account)

    def endpoint(self) -> dict[str, str]:
        """Where AWS's services are, if not in AWS."""
        return {}

    def init(self) -> None:
        """Make Terraform ready. Raises SetupError where the state, or a way to it, is missing."""
        files = self.files
        if not self.state_bucket.exists():
            raise SetupError(
                f"Bucket {self.state_bucket.name}, which {files.backend.name} names for the state,"
                f" is not there: run `make bootstrap ENV={self.environment}`."
            )
        options = ("-reconfigure", "-lockfile=readonly", f"-backend-config={files.backend}")
        terraform.init(INFRA, self.variables(), *options, *self.backend_options())

    def backend_options(self) -> list[str]:
        """What `terraform init` is told beyond the backend's file."""
        return []

    def run(self, command: str, *options: str, log: Path | None = None) -> None:
        """Run a Terraform command that takes the environment's variables."""
        file = f"-var-file={self.files.variables}"
        terraform.run(INFRA, self.variables(), command, file, *options, log=log)

    @contextmanager
    def planned(self, *options: str, log: Path | None = None) -> Iterator[Path]:
        """A plan, shown and then saved for as long as it is decided on.

        It holds secrets: nobody but our user may read it.
        """
        self._make_directory()
        handle, name = tempfile.mkstemp(".tfplan", dir=self.directory)
        os.close(handle)
        try:
            self.run("plan", "-input=false", f"-out={name}", *options, log=log)
            yield Path(name)
        finally:
            Path(name).unlink()

    def apply(self, plan: Path) -> None:
        """Do what a saved plan says, and nothing else."""
        terraform.run(INFRA, self.variables(), "apply", "-input=false", str(plan))

    def shown(self, *plan: str) -> dict[str, Any]:
        """A saved plan, or without one the state, as Terraform's JSON."""
        return terraform.shown(INFRA, self.variables(), *plan)

    def forget(self) -> None:
        """Remember no outputs."""
        self.outputs_file.unlink(missing_ok=True)

    def package(self) -> None:
        """Build the functions' zip for AWS, unless one is given."""
        if self.package_file != build.aws_target().zip_file:
            return
        target = build.aws_target()
        if target.interpreter is None:
            talk.print(f"No Python {target.python} here: without bytecode functions start slower.")
        build.build(target)

    def save_outputs(self) -> None:
        """Keep the outputs, and the endpoint, for the `ingest` command."""
        found = terraform.outputs(INFRA, self.variables()) | self.endpoint()
        self._make_directory()
        _write_private(self.outputs_file, json.dumps(found, indent=2) + "\n")

    def _make_directory(self) -> None:
        """Make it for our user alone: the emulator's own files hold the state, and so the keys."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self.directory.chmod(0o700)


def _write_private(file: Path, text: str) -> None:
    """Write for our user alone, and whole or not at all."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text)
    unfinished.replace(file)


def _wanted_port() -> int | None:
    """The environment variable PORT. Raises SetupError where it is no port."""
    text = os.environ.get("PORT", "")
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SetupError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text) if text else None


@dataclass(frozen=True)
class LocalStack(Stack):
    """The environment on this machine's emulator."""

    environment: str = LOCAL
    default_port: ClassVar[int] = 4566
    way_out: ClassVar[str] = "run `make reset` first"
    wanted_port: int | None = field(default_factory=_wanted_port)

    @property
    def _port_file(self) -> Path:
        return self.directory / "port"

    @cached_property
    def emulator(self) -> Emulator:
        """The emulator: what it holds is bound to the port it was made on."""
        known = int(self._port_file.read_text()) if self._port_file.exists() else None
        if known and self.wanted_port not in (None, known):
            raise SetupError(
                f"This checkout's stack is on port {known}: leave PORT out,"
                f" or {self.way_out}, which deletes what it holds."
            )
        return Emulator(self.directory, known or self.wanted_port or self.default_port)

    @property
    def target(self) -> build.Target:
        """The emulator's interpreter."""
        return build.local_target(PYTHON)

    def variables(self) -> dict[str, str]:
        """What Terraform finds in its process environment: the emulator in AWS's place."""
        return {
            **_CREDENTIALS,
            "AWS_ENDPOINT_URL": self.emulator.url,
            "TF_DATA_DIR": str(self.directory / "terraform"),
            "TF_VAR_package_file": str(self.target.zip_file),
            "TF_VAR_functions": json.dumps({"architecture": self.target.architecture}),
            "TF_VAR_api_keys": json.dumps(self._api_keys()),
            "TF_VAR_api_url_format": f"{self.emulator.url}/restapis/%s/%s/_user_request_",
        }

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client of the emulator's services, whatever credentials the user has."""
        return self._session.client(  # type: ignore[call-overload]  # As above.
            service,
            region_name=region or self.files.variable("region"),
            endpoint_url=self.emulator.url,
            aws_access_key_id=_CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=_CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )

    def endpoint(self) -> dict[str, str]:
        """The emulator's address."""
        return {"endpoint_url": self.emulator.url}

    def package(self) -> None:
        """Build the functions' zip for the emulator."""
        build.build(self.target)

    def up(self) -> None:
        """Bring everything up; with nothing changed, start the emulator only."""
        self._make_directory()
        if self.emulator.was_killed:
            talk.print(
                "The emulator was killed: it comes back as it was when last stopped,"
                " and everything is applied again."
            )
            self.forget()
        _step("Packaging the functions", self.package)
        _step("Starting the emulator", self.emulator.start)
        self._port_file.write_text(str(self.emulator.port))
        if self._is_applied():
            talk.print(
                f"Nothing changed since the last apply; the stack is at {self.emulator.url}."
            )
            return
        self._applied_file.unlink(missing_ok=True)
        _step("Preparing Terraform", self._prepare)
        _step("Applying (half a minute the first time)", self._apply)
        self.save_outputs()
        self._applied_file.write_text(self._inputs())
        talk.print(f"The stack is up at {self.emulator.url}.")

    def init(self) -> None:
        """Make Terraform ready. Raises SetupError where the emulator, and so the state, is down."""
        if self.emulator.process is None:
            raise SetupError("The local stack is not up: run `make up`.")
        super().init()

    def forget(self) -> None:
        """Remember no outputs and no apply."""
        super().forget()
        self._applied_file.unlink(missing_ok=True)

    def down(self) -> None:
        """Stop the emulator; what it holds comes back with `up`."""
        self.emulator.stop()

    def reset(self) -> None:
        """Stop the emulator and delete everything it holds."""
        emulator = self.emulator
        with suppress(SetupError):  # It may end without writing its state.
            emulator.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _prepare(self) -> None:
        s3, (bucket, _, _) = self.client("s3"), self.files.state()
        with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            s3.create_bucket(Bucket=bucket)
        self.init()

    def _apply(self) -> None:
        """Apply, again where it fails: under load the emulator may lose an answer.

        The provider repeats such a call, which is then refused as done before.
        """
        try:
            self._apply_once(self.directory / "apply.log")
        except SetupError:
            talk.print("The apply failed: once more, should the emulator have lost an answer …")
            self._apply_once(self.directory / "apply-again.log")

    def _apply_once(self, log: Path) -> None:
        options = ("-auto-approve", "-input=false", "-no-color", "-compact-warnings")
        adopted = {} if self._has_its_lanes() else self._new_queues()
        self.run("apply", *options, f"-var=adopted_queues={json.dumps(adopted)}", log=log)

    def _has_its_lanes(self) -> bool:
        """Whether every source had its queues when last applied: a plan more would gain little."""
        if not self.outputs_file.exists():
            return False
        queue_urls: dict[str, str] = json.loads(self.outputs_file.read_text())["queue_urls"]
        return load_catalog().lanes.keys() <= queue_urls.keys()

    def _new_queues(self) -> dict[str, dict[str, str]]:
        """Make the queues that are to be made; Terraform would take a minute for them."""
        log = self.directory / "plan.log"
        with self.planned("-refresh=false", "-no-color", log=log) as plan:
            return queues.make(self.client("sqs"), self.shown(str(plan)))

    @property
    def _applied_file(self) -> Path:
        return self.directory / "applied"

    def _is_applied(self) -> bool:
        """Whether the last apply was whole, and of these inputs."""
        return self._applied_file.exists() and self._applied_file.read_text() == self._inputs()

    def _inputs(self) -> str:
        """A digest of all that an apply rests on."""
        files = [
            *sorted(INFRA.rglob("*.tf")),
            *sorted(CONFIG.iterdir()),
            self.target.zip_file.with_suffix(".json"),
        ]
        return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()

    def _api_keys(self) -> dict[str, str]:
        """A key for each who needs one, made once: the emulator makes none that are long enough."""
        file = self.directory / "api_keys.json"
        keys: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        callers = [*load_catalog().lanes, READER]
        names = [f"{name}{end}" for name in callers for end in _GENERATIONS]
        missing = [name for name in names if name not in keys]
        if missing:
            keys |= {name: secrets.token_urlsafe(32) for name in missing}
            _write_private(file, json.dumps(keys))
        return {name: keys[name] for name in names}


def _step(what: str, act: Callable[[], Any]) -> None:
    with talk.status(f"{what} …"):
        act()


def stack_of(environment: str) -> Stack:
    """The environment, on the emulator or in AWS."""
    return LocalStack() if environment == LOCAL else Stack(environment)
