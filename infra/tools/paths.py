"""The paths of a checkout."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
CONFIG = ROOT / "config"
CATALOG = CONFIG / "sources.yaml"
BUILD = ROOT / ".build"


def shown_path(path: Path) -> Path:
    """Return a path as a person in the current folder writes it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
