"""Shares the installed dependencies of the functions: an installation takes 10 s of CPU."""

import fcntl
import shutil
from pathlib import Path

from infra.tools.build import dependencies
from infra.tools.build.lambda_package import PINS
from infra.tools.build.target import Target
from infra.tools.paths import BUILD


def copy_dependencies(target: Target, folder: Path) -> None:
    """Copy the dependencies into a build folder. They are installed once, in the checkout.

    Other processes wait, because a build locks the same file.
    """
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for pins in PINS:
            installed = dependencies.install(target, pins)
            shutil.copytree(installed, folder / installed.name)
