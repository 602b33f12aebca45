"""The files of an environment: found, complete, and not shared."""

from pathlib import Path

import pytest

from infra.tools.deploy.config import load_files
from infra.tools.errors import SetupError

VARIABLES = 'environment = "dev"\nregion      = "eu-central-1"\n'
BACKEND = 'bucket = "states"\nkey    = "{key}"\nregion = "eu-west-1"\n'


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for name in ("dev", "prod"):
        (tmp_path / f"{name}.tfvars").write_text(VARIABLES.replace("dev", name))
        (tmp_path / f"{name}.s3.tfbackend").write_text(BACKEND.format(key=name))
    return tmp_path


def test_an_environment_is_its_two_files(directory: Path) -> None:
    files = load_files("dev", directory)

    assert files.backend == {"bucket": "states", "key": "dev", "region": "eu-west-1"}
    assert files.variables == {"environment": "dev", "region": "eu-central-1"}


@pytest.mark.parametrize("name", ["prd", "", "../config/dev"])
def test_the_error_for_an_unknown_environment_lists_all_and_says_how_to_add_one(
    directory: Path, name: str
) -> None:
    with pytest.raises(SetupError, match=r"but dev, prod.*copy config/dev[.]tfvars"):
        load_files(name, directory)


def test_an_environment_without_a_backend_file_is_unknown(directory: Path) -> None:
    (directory / "prod.s3.tfbackend").unlink()

    with pytest.raises(SetupError, match="no environment 'prod'"):
        load_files("prod", directory)


def test_two_environments_may_not_share_a_state(directory: Path) -> None:
    (directory / "prod.s3.tfbackend").write_text(BACKEND.format(key="dev"))

    with pytest.raises(SetupError, match=r"prod.s3.tfbackend and dev.s3.tfbackend name the same"):
        load_files("prod", directory)


def test_two_environments_may_not_use_the_same_names(directory: Path) -> None:
    (directory / "prod.tfvars").write_text(VARIABLES)

    with pytest.raises(SetupError, match=r"prod.tfvars and dev.tfvars give all resources the same"):
        load_files("prod", directory)


def test_the_error_for_an_incomplete_backend_names_the_missing_keys(directory: Path) -> None:
    (directory / "dev.s3.tfbackend").write_text('bucket = "states"\n# key = "dev"\n')

    with pytest.raises(SetupError, match="must set key, region"):
        load_files("dev", directory)


def test_a_setting_within_another_is_not_read_as_a_variable(directory: Path) -> None:
    (directory / "dev.tfvars").write_text('nested = {\n  account_id = "1"\n}\n')

    assert "account_id" not in load_files("dev", directory).variables
