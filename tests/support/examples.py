"""Adds the examples of config/examples to a checkout, as docs/sources.md does."""

import shutil
from pathlib import Path

from infra.tools.paths import ROOT

FOLDER = ROOT / "config" / "examples"
EXAMPLES = sorted(folder.name for folder in FOLDER.iterdir())


def add_example(name: str, checkout: Path) -> None:
    """Add the entry, the samples and the entities of an example to a checkout."""
    example = FOLDER / name
    with (checkout / "config" / "sources.yaml").open("a", encoding="utf-8") as catalog:
        catalog.write((example / "source.yaml").read_text(encoding="utf-8"))
    shutil.copytree(example / "samples", checkout / "config" / "samples" / name)
    for file in (example / "entities").glob("*"):
        shutil.copy(file, checkout / "entities")
