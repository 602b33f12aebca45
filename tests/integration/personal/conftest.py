"""The entity PERSON, and a stored person."""

from collections.abc import Iterator

import pytest

from tests.integration.cloud import Cloud
from tests.support import people
from tests.support.factories import event
from tests.support.people import person


@pytest.fixture(autouse=True)
def _people(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.setenv("COLUMNS", "1000")  # Tables must not wrap the text that the tests look for.
    with people.known(tmp_path_factory.mktemp("entities")):
        yield


@pytest.fixture
def staffed(cloud: Cloud, _people: None) -> Cloud:
    """Store a person."""
    cloud.serve("operator")
    cloud.store(event(person(), entity_name="PERSON", source="operator"))
    return cloud
