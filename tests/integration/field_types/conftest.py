"""The entity METER, which sourceB may send."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cloud import Cloud
from tests.integration.field_types.inputs import MODEL, with_meters
from tests.support.added_entities import added


@pytest.fixture(autouse=True)
def _meters(cloud: Cloud, tmp_path: Path) -> Iterator[None]:
    """Let sourceB send meters."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "meter.py").write_text(MODEL)
    with added(folder):
        cloud.write_catalog(with_meters())
        yield
