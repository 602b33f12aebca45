"""The wheel alone, outside the checkout, holds the command that `pipx install` installs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.tools.paths import ROOT
from ingestion.cli.environment import Deployment
from tests.support.factories import catalog_document

SOURCES = (
    "entities",
    "infra/tools",
    "ingestion",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "Makefile",
)
PUMP = "description: A pump.\nfields:\n  pump_id: {type: id}\n"
INGEST = "from ingestion.cli.start.main import main; main()"


@pytest.fixture(scope="module")
def site_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the sources, and install it without its dependencies.

    The copy has the entity PUMP too. An earlier build of the copy had another one.
    """
    folder = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (folder / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, folder / "copy" / name)
    (folder / "copy" / "entities" / "pump.yaml").write_text(PUMP)
    (folder / "copy" / ".venv").symlink_to(ROOT / ".venv")
    earlier = folder / "copy" / "build" / "lib" / "entities" / "removed.py"
    earlier.parent.mkdir(parents=True)
    earlier.touch()
    make = ["make", "--silent", "--old-file=setup", "wheel"]
    subprocess.run(make, cwd=folder / "copy", check=True, capture_output=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-index"]
    [wheel] = folder.glob("copy/dist/*.whl")
    install = ["install", *offline, "--target", folder / "site-packages", wheel]
    subprocess.run([*pip, *map(str, install)], check=True, capture_output=True)
    return folder / "site-packages"


def ingest(site_packages: Path, *arguments: str, config: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command. Its libraries are those of the project's own environment."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(site_packages),
        "XDG_CONFIG_HOME": str(config),
        "COLUMNS": "200",
    }
    return subprocess.run(
        [sys.executable, "-c", INGEST, *arguments],
        cwd=site_packages.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("name", "title"), [("CONTRACT", "Contract"), ("PUMP", "Pump")])
def test_the_installed_command_knows_the_entities(
    site_packages: Path, tmp_path: Path, name: str, title: str
) -> None:
    result = ingest(site_packages, "schema", name, config=tmp_path)

    assert json.loads(result.stdout)["title"] == title


def test_a_removed_entity_is_not_in_the_next_wheel(site_packages: Path) -> None:
    packed = {file.name for file in (site_packages / "entities").glob("*.*")}

    assert packed == {"pump.yaml", *(file.name for file in (ROOT / "entities").glob("*.*"))}


def test_without_a_login_it_names_the_command(site_packages: Path, tmp_path: Path) -> None:
    result = ingest(site_packages, "sources", config=tmp_path)

    assert (result.returncode, result.stdout) == (1, "")
    assert "`ingest login --bucket NAME`" in result.stderr


def test_after_a_login_it_knows_the_only_environment(site_packages: Path, tmp_path: Path) -> None:
    required = {n: f for n, f in Deployment.model_fields.items() if f.is_required()}
    names = {n: "" if f.annotation is str else {} for n, f in required.items()}
    login = tmp_path / "ingest" / "prod.json"
    login.parent.mkdir()
    login.write_text(json.dumps(names | catalog_document()))

    result = ingest(site_packages, "sources", "-o", "json", config=tmp_path)

    shown = [row["source"] for row in json.loads(result.stdout)]
    assert shown == ["sourceA", "sourceB", "sourceC", "documents"]
