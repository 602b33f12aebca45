"""Where things are in a checkout."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
CONFIG = ROOT / "config"
CATALOG = CONFIG / "sources.yaml"
REQUIREMENTS = INFRA / "requirements"
BUILD = ROOT / ".build"


def state_directory(environment: str, root: Path = ROOT) -> Path:
    """Return where a checkout keeps an environment's outputs, Terraform data and emulator."""
    return root / ".stack" / environment
