import pytest

from ingestion.cli.console import urls


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (urls.source_url("sourceB"), "/sources/sourceB"),
        (urls.source_url("source/B", "edit", whole=1), "/sources/source%2FB/edit?whole=1"),
        (urls.dead_letters_url("sourceB", reason=None), "/dead-letters?source=sourceB"),
        (urls.dead_letter_url("files", "a/../b"), "/dead-letters/files/a%2F..%2Fb"),
        (urls.upload_url("u-1", "rows", part=2), "/files/u-1/rows?part=2"),
        (urls.entity_url("CONTRACT", "c/1?", "correct"), "/entities/correct/CONTRACT/c%2F1%3F"),
        (urls.trace_url("e&1", since="30d"), "/trace?id=e%261&since=30d"),
        (urls.progress_url("f00"), "/progress/f00"),
    ],
)
def test_a_url_quotes_its_parts_and_leaves_out_empty_ones(url: str, expected: str) -> None:
    assert url == expected


@pytest.mark.parametrize("entity_id", [".", ".."])
def test_an_id_that_a_browser_would_read_as_a_folder_is_a_parameter(entity_id: str) -> None:
    url = urls.entity_url("CONTRACT", entity_id, personal=1)

    assert url == f"/entities/CONTRACT/?id={entity_id}&personal=1"
