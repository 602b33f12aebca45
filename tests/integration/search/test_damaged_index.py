"""An index that cannot be read: the answer and the log say so and what to do, and nothing leaks."""

from pathlib import Path
from typing import Any, ClassVar

import pytest
from tantivy import Index, SchemaBuilder

from ingestion.cli.search import rebuild
from ingestion.errors import TransientFailure
from ingestion.search.pointer import POINTER_KEY, IndexDamaged
from ingestion.search.schema import open_index
from tests.integration.search.events import contract_event
from tests.integration.search.platform import INDEX, Platform
from tests.support.factories import lines


@pytest.fixture
def damaged(platform: Platform, request: pytest.FixtureRequest) -> Platform:
    """An index whose files of one kind have other content, or are missing."""
    kind, size = request.param
    platform.put(contract_event(1, "turbine"))
    [key] = [key for key in platform.objects() if key.endswith(kind)]
    if size is None:
        platform.s3.delete_object(Bucket=INDEX, Key=key)
        return platform
    body = platform.s3.get_object(Bucket=INDEX, Key=key)["Body"].read()
    platform.s3.put_object(Bucket=INDEX, Key=key, Body=body[:size])
    return platform


DAMAGES = [(".store", None), (".store", 60), (".store", 2), (".term", 0), ("meta.json", 20)]


@pytest.mark.parametrize("damaged", DAMAGES, indirect=True)
def test_a_damaged_index_is_503_and_a_rebuild_repairs_it(
    damaged: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()

    answers = [damaged.ask("turbine") for _ in range(3)]

    for answer in answers:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        assert "the index is damaged: run `ingest search rebuild`" in answer.document["detail"]
    assert [line["failed_for"] for line in lines(capsys.readouterr().out)] == ["IndexDamaged"] * 3
    assert [*damaged.reader.finder.index.local.directory.glob("index-*")] == []
    damaged.rebuild()
    assert damaged.ids("turbine") == ["c-1"]


def test_a_stored_text_that_cannot_be_read_is_damage(platform: Platform) -> None:
    platform.put(contract_event(1, "turbine"))
    [key] = [key for key in platform.objects() if key.endswith(".store")]
    body = bytearray(platform.s3.get_object(Bucket=INDEX, Key=key)["Body"].read())
    body[10:20] = b"\xff" * 10
    platform.s3.put_object(Bucket=INDEX, Key=key, Body=bytes(body))

    answer = platform.ask("turbine")

    assert answer.status == 503
    assert "ingest search rebuild" in answer.document["detail"]


@pytest.mark.parametrize("content", [b"", b"{}", b"null", b"{garbage", b"\xff"])
def test_a_pointer_that_cannot_be_read_is_503_and_a_rebuild_replaces_it(
    platform: Platform, content: bytes
) -> None:
    platform.put(contract_event(1, "turbine"))
    platform.s3.put_object(Bucket=INDEX, Key=POINTER_KEY, Body=content)
    changes = platform.store(contract_event(2, "turbine"))

    answer = platform.ask("turbine")
    with pytest.raises(TransientFailure, match="IndexDamaged"):
        platform.index(changes)

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert "run `ingest search rebuild`" in answer.document["detail"]
    platform.rebuild()
    assert platform.ids("turbine") == ["c-1", "c-2"]
    assert platform.index(changes) == []


def test_the_command_says_that_it_replaces_a_pointer(
    platform: Platform, capsys: pytest.CaptureFixture[str]
) -> None:
    platform.put(contract_event(1, "turbine"))
    platform.s3.put_object(Bucket=INDEX, Key=POINTER_KEY, Body=b"{garbage")
    deployment: Any = Indexed(platform)

    before = rebuild.invoke_rebuild(deployment)
    count = rebuild.wait_for_rebuild(deployment, before)

    assert "The pointer of the index cannot be read: the rebuild replaces it." in (
        capsys.readouterr().err
    )
    assert count == 1
    assert platform.ids("turbine") == ["c-1"]


class Indexed:
    """An environment whose indexer runs at once."""

    environment, search_index_bucket = "local", INDEX
    function_names: ClassVar = {"indexer": "indexer"}

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def client(self, name: str) -> Any:
        """Return the bucket's client, or this as the client of functions."""
        return self if name == "lambda" else self.platform.s3

    def invoke(self, **_: Any) -> None:
        """Run the indexer."""
        self.platform.rebuild()


def test_an_index_of_another_schema_is_damage(tmp_path: Path) -> None:
    Index(SchemaBuilder().add_text_field("key").build(), path=str(tmp_path))

    with pytest.raises(IndexDamaged):
        open_index(tmp_path)
