"""The entity MEASUREMENT of docs/files.md, for the examples of the pages about files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.tools.paths import ROOT
from tests.support.added_entities import added
from tests.support.documents import examples

_IMPORTS = """from typing import ClassVar

from entities.base import Entity
from entities.fields import EntityId, Number

"""


@contextmanager
def measurements(folder: Path) -> Iterator[None]:
    """Write the model of the page into the folder, and find the entity."""
    [model] = [text for _, text in examples(ROOT / "docs" / "files.md", "python")]
    (folder / "measurement.py").write_text(_IMPORTS + model)
    with added(folder):
        yield
