"""Python reads the files of entities once, so a change of them needs a new start of the console."""

from pathlib import Path

import httpx
import pytest

from tests.integration.console.reading import text_of
from tests.support.added_entities import added

NOTICE = "The files in entities/ changed after this console was started"
MODEL = "entity_name: TURBINE\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder for an entity."""
    folder = tmp_path / "models"
    folder.mkdir()
    return folder


def test_every_page_says_that_entities_changed(console: httpx.Client, folder: Path) -> None:
    before = console.get("/progress/none")
    with added(folder):
        (folder / "turbine.yaml").write_text(MODEL)
        pages = [console.get(path) for path in ("/progress/none", "/search", "/entities")]
    after = console.get("/progress/none")

    assert [NOTICE in text_of(page) for page in (before, *pages, after)] == [
        False,
        *(True, True, True),
        False,
    ]


def test_a_file_without_an_entity_is_said_too(console: httpx.Client, folder: Path) -> None:
    with added(folder):
        (folder / "turbine.yml").write_text(MODEL)
        page = console.get("/entities")

    assert NOTICE in text_of(page)
    assert "rename the file to turbine.yaml" in text_of(page)
