"""A package is the same bytes each time, and is not built again from the same inputs."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from infra.tools.build import lambda_package
from infra.tools.build.target import Target, aws_target, find_python, local_target
from infra.tools.stack.emulator import PYTHON
from tests.support.added_entities import added
from tests.support.packages import copy_dependencies

PACKAGES = ("functions", "search")
PUMP = "description: A pump.\nfields:\n  pump_id: {type: id}\n"


def digests(target: Target) -> list[str]:
    return [sha256(target.zip_of(package).read_bytes()).hexdigest() for package in PACKAGES]


def manifest(target: Target) -> Any:
    return json.loads(target.manifest_file.read_text())


@pytest.fixture
def target(tmp_path: Path) -> Target:
    """The local target, with a build folder of the test that has the dependencies."""
    copy_dependencies(local_target(PYTHON), tmp_path)
    return replace(local_target(PYTHON), directory=tmp_path)


@pytest.mark.parametrize("made", [local_target(PYTHON), aws_target()], ids=lambda made: made.name)
def test_a_new_installation_gives_the_same_bytes_also_to_two_builds_at_once(
    tmp_path: Path, made: Target
) -> None:
    first, second = (replace(made, directory=tmp_path / name) for name in ("first", "second"))
    first.directory.mkdir()
    copy_dependencies(made, first.directory)
    lambda_package.build(first)

    with ThreadPoolExecutor(2) as pool:
        built = list(pool.map(lambda_package.build, [second, second]))

    assert built == [second.zip_file, second.zip_file]
    assert digests(second) == digests(first)
    assert [manifest(second)["packages"][name]["sha256"] for name in PACKAGES] == digests(first)


def test_an_unchanged_package_is_kept(target: Target) -> None:
    lambda_package.build(target)
    first = [target.zip_of(package).stat().st_ino for package in PACKAGES]

    lambda_package.build(target)

    assert [target.zip_of(package).stat().st_ino for package in PACKAGES] == first


def test_a_package_is_built_again_if_its_code_or_its_zip_changed(
    target: Target, tmp_path: Path
) -> None:
    lambda_package.build(target)
    first = digests(target)
    models = tmp_path / "models"
    models.mkdir()
    (models / "pump.yaml").write_text(PUMP)

    with added(models):
        lambda_package.build(target)
        changed = digests(target)
    lambda_package.build(target)
    target.zip_of("search").write_bytes(b"damaged")
    lambda_package.build(target)

    assert not {*changed} & {*first}
    assert digests(target) == first


def test_checkouts_that_link_to_one_environment_share_their_dependencies(tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    linked.symlink_to(PYTHON.parents[1])

    target = local_target(linked / "bin" / "python")

    assert target == local_target(PYTHON)


def test_a_missing_python_gives_none() -> None:
    assert find_python("2.0") is None
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert find_python(ours) is not None
