"""The paths of a checkout."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
CONFIG = ROOT / "config"
CATALOG = CONFIG / "sources.yaml"
BUILD = ROOT / ".build"
