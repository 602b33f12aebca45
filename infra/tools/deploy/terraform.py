"""Runs Terraform, with the AWS provider that this machine has."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from infra.tools.deploy.resource_progress import count_resource
from infra.tools.errors import SetupError
from infra.tools.progress import Progress
from infra.tools.run import console

PROVIDER = Path("registry.terraform.io/hashicorp/aws")
_LOCKED = (
    " If another run holds the environment's state, nothing was changed: wait for that run to end."
    " Free the state only if that run is dead, as docs/deploy.md says."
)
# The AWS provider does not mark the key as sensitive in `aws_api_gateway_usage_plan_key.value`.
_KEY = re.compile(r"(?:[\s~+-]|\x1b\[[\d;]*m)*value(?:\s|\x1b\[[\d;]*m)*=")
_TEXT = re.compile(r'"[^"]*"')


def command(directory: Path, *arguments: str) -> tuple[str, ...]:
    """Return a command of the Terraform that TERRAFORM names. Raises SetupError without one."""
    program = shutil.which(os.environ.get("TERRAFORM") or "terraform")
    if program is None:
        raise SetupError(
            "There is no Terraform on the PATH. `make setup` installs one. To use another,"
            " set the variable TERRAFORM."
        )
    return (program, f"-chdir={directory}", *arguments)


def _find_plugins() -> str | None:
    """Return the folder in which this machine keeps the provider, if Terraform does not know it."""
    folders = [str(provider.parents[2]) for provider in sorted(Path("/opt").glob(f"*/{PROVIDER}"))]
    return os.environ.get("TF_PLUGIN_DIR") or next(iter(folders), None)


def environment(**variables: str) -> dict[str, str]:
    """Return our own environment and `variables`, without settings that would break Terraform.

    These are a CLI configuration that does not exist and, if `variables` name an emulator, all
    settings of an AWS profile or session.
    """
    # Terraform and the provider mostly read schemas: fewer garbage collections save a fifth.
    always = {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"}
    inherited = {"GOGC": "200", **os.environ, **always}
    if "AWS_ENDPOINT_URL" in variables:
        inherited = {name: v for name, v in inherited.items() if not name.startswith("AWS_")}
    configuration = inherited.get("TF_CLI_CONFIG_FILE")
    if configuration and not Path(configuration).is_file():
        del inherited["TF_CLI_CONFIG_FILE"]
    return inherited | variables


def init(directory: Path, variables: Mapping[str, str], *options: str) -> None:
    """Make `directory` ready to plan. Raises SetupError if no AWS provider is found."""
    folder = _find_plugins()
    options += (f"-plugin-dir={folder}",) if folder else ()
    try:
        capture(directory, variables, "init", "-no-color", *options)
    except SetupError as error:
        if "provider" not in str(error):
            raise
        places = folder or "Terraform's own folders and the registry"
        raise SetupError(
            f"{error}\nThe AWS provider was looked for in {places}. Give Terraform network access,"
            " or set TF_PLUGIN_DIR to a directory that holds registry.terraform.io/hashicorp/aws."
        ) from error


def run(
    directory: Path,
    variables: Mapping[str, str],
    command_name: str,
    *arguments: str,
    log: Path | None = None,
    progress: Progress | None = None,
) -> bool:
    """Run a command, to the terminal or into `log`. Raises SetupError if it fails.

    Returns whether `plan -detailed-exitcode` found changes. API keys are masked. `progress` counts
    the resources.
    """
    arguments = (command_name, *([] if _shows_colors(log) else ["-no-color"]), *arguments)
    with (
        log.open("w") if log else nullcontext(sys.stdout) as output,
        TemporaryFile("w+") if log else nullcontext() as errors,
        subprocess.Popen(
            command(directory, *arguments),
            env=environment(**variables),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        _copy_all_lines(process.stdout, output, progress)
        process.wait()
        printed = _append_errors(errors, output) if errors else ""
    has_changes = process.returncode == 2 and "-detailed-exitcode" in arguments
    if process.returncode and not has_changes:
        raise SetupError(f"terraform {command_name} failed{_describe_failure(printed, log)}")
    return has_changes


def _describe_failure(printed: str, log: Path | None) -> str:
    """Return where to read why a command failed, and what to do if the state may be locked."""
    may_be_locked = not log or "state lock" in printed
    where = f":\n{printed}\nThe whole output is in {log}." if log else ", see above."
    return f"{where}{_LOCKED if may_be_locked else ''}"


def _shows_colors(log: Path | None) -> bool:
    """Return whether a person sees the output. Terraform itself does not check this."""
    is_terminal = sys.stdout.isatty() and sys.stderr.isatty()
    return log is None and is_terminal and not os.environ.get("NO_COLOR")


def _copy_all_lines(lines: IO[str] | None, output: IO[str], progress: Progress | None) -> None:
    """Copy the lines until Terraform ends, also after Ctrl-C. Raises KeyboardInterrupt then.

    Copies in a thread: Ctrl-C in the middle of a read would lose a line.
    """
    with ThreadPoolExecutor(1) as pool:
        copied = pool.submit(_copy_lines, lines, output, progress)
        try:
            copied.result()
        except KeyboardInterrupt:
            # The terminal has sent the signal to Terraform too, which then writes its state.
            console.print("Stopping: Terraform ends what it has begun, and saves its state.")
            copied.result()
            raise


def _copy_lines(lines: IO[str] | None, output: IO[str], progress: Progress | None) -> None:
    for line in lines or ():
        output.write(_mask_key(line))
        output.flush()
        if progress:
            count_resource(progress, line)


def _append_errors(errors: IO[str], output: IO[str]) -> str:
    """Return Terraform's error messages, and add them to the log."""
    errors.seek(0)
    printed = "".join(map(_mask_key, errors))
    output.write(printed)
    return printed


def _mask_key(line: str) -> str:
    """Return a line of Terraform's output without API keys."""
    return _TEXT.sub("(sensitive value)", line) if _KEY.match(line) else line


def capture(directory: Path, variables: Mapping[str, str], *arguments: str) -> str:
    """Return what a command prints. Raises SetupError if it fails."""
    ended = subprocess.run(
        command(directory, *arguments),
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise SetupError(f"terraform {arguments[0]} failed:\n{ended.stdout}{ended.stderr}")
    return ended.stdout
