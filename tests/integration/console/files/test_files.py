"""The pages of files show uploads by state, their reports and their rejected rows."""

import json
import re
from pathlib import Path

import httpx
import pytest

from ingestion.cli.checkout import Checkout
from ingestion.cli.console.files import listing
from ingestion.cli.environment import Deployment
from tests.integration.cloud import Cloud, limit
from tests.integration.conftest import Ingest
from tests.integration.console.reading import text_of
from tests.integration.dead_letters.failed_calls import give_up
from tests.integration.uploads.conftest import read_file
from tests.support import people
from tests.support.browser.served_console import operators_browser, served
from tests.support.factories import CANARY, catalog_document
from tests.support.files.dropped import table

NOBODY = "0" * 32


def names_of(response: httpx.Response) -> list[str]:
    """Return the names of the listed files."""
    return re.findall(r'href="/files/[0-9a-f]{32}">([^<]+)</a></td>', response.text)


def next_of(response: httpx.Response) -> str:
    [url] = re.findall(r'<a href="([^"]+)" rel="next">', response.text)
    return str(url).replace("&amp;", "&")


def test_uploads_are_listed_by_state_and_source(cloud: Cloud, console: httpx.Client) -> None:
    read_file(cloud, "half.csv", table(4, bad=lambda n: n > 2))
    read_file(cloud, "refused.csv", "colour\n")
    give_up(cloud, record=cloud.drop("failed.csv", table(2)))
    cloud.drop("a <b>.json", "[]", "sourceA")

    everything, refused, stuck, waiting, of_source = (
        console.get("/files", params=query)
        for query in (
            {},
            {"state": "refused"},
            {"state": "stuck"},
            {"state": "waiting"},
            {"source": "sourceA", "since": "1h"},
        )
    )

    assert sorted(names_of(everything)) == [
        "a &lt;b&gt;.json",
        "failed.csv",
        "half.csv",
        "refused.csv",
    ]
    assert (names_of(refused), names_of(stuck)) == (["refused.csv"], ["failed.csv"])
    assert names_of(waiting) == names_of(of_source) == ["a &lt;b&gt;.json"]
    assert "refused unknown_column" in text_of(refused)
    assert "ingest files list --source sourceA --since 1h" in text_of(of_source)


def test_uploads_come_in_pages_without_gaps(cloud: Cloud, console: httpx.Client) -> None:
    wanted = [f"{number}.csv" for number in range(listing.PAGE_SIZE + 3)]
    for name in wanted:
        cloud.drop(name, table(1))

    first = console.get("/files", params={"source": "sourceB"})
    second = console.get(next_of(first))

    assert len(names_of(first)) == listing.PAGE_SIZE
    assert sorted(names_of(first) + names_of(second)) == sorted(wanted)
    assert 'rel="next"' not in second.text
    assert '<a href="/files?source=sourceB">First page</a>' in second.text


def test_files_with_rejected_rows_are_found(cloud: Cloud, console: httpx.Client) -> None:
    upload_id = read_file(cloud, "half.csv", table(4, bad=lambda n: n > 2))
    read_file(cloud, "good.csv", table(2))

    response = console.get("/files", params={"state": "with rejected rows"})
    everything, report = console.get("/files"), console.get(f"/files/{upload_id}")

    assert names_of(response) == ["half.csv"]
    assert "ingest files list --with-rejected" in text_of(response)
    for page in (response, everything, report):
        assert '<span class="badge warn">done, 2 rejected</span>' in page.text
    assert '<span class="badge good">done</span>' in everything.text


def test_a_filter_that_few_files_match_reads_a_second_a_page(
    cloud: Cloud, console: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "FILTER_SECONDS", -1)
    for name in ("a.csv", "b.csv", "c.csv"):
        read_file(cloud, name, table(2))
    page = console.get("/files", params={"state": "refused"})
    pages = [page]
    while 'rel="next"' in page.text:
        page = console.get(next_of(page))
        pages.append(page)

    assert len(pages) == 4
    assert "No match so far. Choose Next to read more." in text_of(pages[0])
    assert "No upload matches." in text_of(pages[-1])


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/files", 200, "No upload is stored."),
        ("/files?state=done", 200, "No upload matches."),
        ("/files?state=lost", 422, "state must be one of"),
        ("/files?source=sourceX", 422, "local has no source 'sourceX'"),
        ("/files?source=%00", 422, "local has no source '\\x00'"),
        ("/files/abc", 404, "'abc' is not the id of an upload: an id has 32"),
        ("/files?since=x", 422, "'x' must be an age"),
        (f"/files?after={NOBODY}", 404, "the upload after which this page begins is gone"),
        (f"/files/{NOBODY}", 404, f"local has no upload '{NOBODY}'"),
        (f"/files/{NOBODY}/rows", 404, f"local has no upload '{NOBODY}'"),
        (f"/files/{NOBODY}/retry", 404, f"local has no upload '{NOBODY}'"),
        ("/files/a%2fb", 404, "There is no such page."),
        (f"/files/{NOBODY}/rows?part=x", 422, "part must be a whole number"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(
    cloud: Cloud, console: httpx.Client, path: str, status: int, sentence: str
) -> None:
    assert cloud.s3
    response = console.get(path)

    assert response.status_code == status
    assert sentence in text_of(response)


def test_a_report_shows_counts_reasons_and_the_first_rows(
    cloud: Cloud, console: httpx.Client
) -> None:
    upload_id = read_file(cloud, "x.csv", table(5, bad=lambda n: n == 2) + "too,few\n")

    response = console.get(f"/files/{upload_id}")

    shown = text_of(response)
    assert "rows 6 accepted 4 ignored 0 rejected 2 events 4" in shown
    assert "invalid_entity 1" in shown
    assert "unreadable_row 1" in shown
    assert "3 invalid_entity contract_type: Input should be" in shown
    assert f"ingest files show {upload_id}" in shown
    assert f'href="/files/{upload_id}/rows"' in response.text


def test_a_refused_file_says_what_would_be_right(cloud: Cloud, console: httpx.Client) -> None:
    upload_id = read_file(cloud, "x.csv", "contract_id,colour\n")

    response = console.get(f"/files/{upload_id}")

    assert "Refused: unknown_column: no field for 'colour'" in text_of(response)


def test_rejected_rows_come_in_pages_over_all_parts(cloud: Cloud, console: httpx.Client) -> None:
    limit(cloud, part_rows=40)
    upload_id = read_file(cloud, "x.csv", table(130, bad=lambda n: n % 2 == 0))

    first = console.get(f"/files/{upload_id}/rows")
    second = console.get(next_of(first))

    lines = re.findall(r'<td data-label="Line">(\d+)</td>', first.text + second.text)
    assert list(map(int, lines)) == list(range(3, 132, 2))
    assert f"ingest files show {upload_id} --rejected" in text_of(first)
    assert 'rel="next"' not in second.text
    assert f'<a href="/files/{upload_id}/rows">First page</a>' in second.text


def test_a_rejected_row_is_never_markup(cloud: Cloud, console: httpx.Client) -> None:
    row = 'c-1,<script>alert(1)</script>,"""><img src=x onerror=alert(1)>",\u202eactive\n'
    header = "contract_id,contract_name,contract_type,contract_status\n"
    upload_id = read_file(cloud, "x.csv", header + row)

    response = console.get(f"/files/{upload_id}/rows")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in response.text
    assert "<script>alert" not in response.text
    assert "<img" not in response.text
    assert "\u202e" not in response.text


def test_personal_rows_are_shown_on_request(
    cloud: Cloud,
    run_quickly: Ingest,  # noqa: ARG001 - makes the outputs
    checkout: Checkout,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with people.known(tmp_path_factory.mktemp("entities")):
        document = catalog_document()
        document["sources"]["sourceB"]["entities"] = ["PERSON"]
        cloud.write_catalog(document)
        checkout.catalog_file.write_text(json.dumps(document))
        upload_id = read_file(cloud, "x.csv", f"person_id,email,salary\np-1,{CANARY},1\n")
        paths = (f"/files/{upload_id}", f"/files/{upload_id}/rows")
        with (
            served(Deployment.load("local", checkout)) as runtime,
            operators_browser(runtime) as console,
        ):
            hidden = [console.get(path) for path in paths]
            shown = [console.get(path, params={"personal": "1"}) for path in paths]

    assert [CANARY in page.text for page in hidden] == [False, False]
    assert [CANARY in page.text for page in shown] == [True, True]


def test_a_source_that_got_personal_fields_meanwhile_shows_none(
    cloud: Cloud, console: httpx.Client, checkout: Checkout, tmp_path: Path
) -> None:
    assert cloud.s3
    (tmp_path / "models").mkdir()
    with people.known(tmp_path / "models"):
        before = console.get("/files")
        document = catalog_document()
        document["sources"]["sourceB"]["entities"] = ["PERSON"]
        cloud.write_catalog(document)
        checkout.catalog_file.write_text(json.dumps(document))
        upload_id = read_file(cloud, "x.csv", f"person_id,email,salary\np-1,{CANARY},1\n")

        page = console.get(f"/files/{upload_id}")

    assert "No upload is stored." in text_of(before)
    assert "invalid_entity 1" in text_of(page)
    assert CANARY not in page.text
