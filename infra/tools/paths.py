"""Where things are in a checkout."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
CONFIG = ROOT / "config"
CATALOG = CONFIG / "sources.yaml"
REQUIREMENTS = INFRA / "requirements"
BUILD = ROOT / ".build"


def state_directory(environment: str) -> Path:
    """What this checkout keeps of an environment: outputs, Terraform's data, the emulator's."""
    return ROOT / ".stack" / environment
