"""The paths of a checkout."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
CONFIG = ROOT / "config"
CATALOG = CONFIG / "sources.yaml"
REQUIREMENTS = INFRA / "requirements"
BUILD = ROOT / ".build"


def state_directory(environment: str, root: Path = ROOT) -> Path:
    """Return the folder of an environment's outputs, Terraform data and emulator."""
    return root / ".stack" / environment
