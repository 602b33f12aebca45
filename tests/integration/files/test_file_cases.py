"""Files of several formats, through the real handlers on moto and through the command."""

import gzip
import json
from collections.abc import Callable
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.cloud import Cloud
from tests.integration.conftest import Ingest
from tests.support.factories import Json, catalog_document
from tests.support.servers import QuietHandler, serving

CASES = Path(__file__).parents[2] / "cases"
NO_VALUE = "holds a formula without a stored value: open the workbook in Excel or LibreOffice"
KEYED = {"key": ["year", "number"], "columns": {"note": "cat_id"}}


class FileOutcome:
    """What became of one uploaded file."""

    def __init__(self, cloud: Cloud, name: str, content: bytes, source: str) -> None:
        cloud.serve(source)
        cloud.extract(cloud.drop(name, content, source=source))
        cloud.insert()
        while records := cloud.queued(source):
            assert cloud.work(*records) == []
        [key] = cloud.keys("reports/")
        self.report: Json = json.loads(cloud.content(key))
        self.stored = cloud.listed("EQUIPMENT" if source == "sourceA" else "CONTRACT")
        self.messages = {
            row["line"]: "".join(error["message"] for error in row["errors"])
            for key in cloud.keys("rejected/")
            for row in map(json.loads, cloud.content(key).splitlines())
        }
        assert self.report["accepted"] == len(self.stored)
        assert self.report["rejected"] == len(self.messages)

    @property
    def ids(self) -> list[str]:
        return sorted(key.partition("#")[2] for key in self.stored)


@pytest.fixture
def uploaded(cloud: Cloud) -> Callable[[str, str], FileOutcome]:
    return lambda name, source: FileOutcome(cloud, name, (CASES / name).read_bytes(), source)


def configure(cloud: Cloud, files: Json) -> None:
    document = catalog_document()
    document["sources"]["sourceA"]["files"] = files
    cloud.write_catalog(document)


@pytest.mark.parametrize(
    ("name", "source", "cells"),
    [
        ("formula-no-value.xlsx", "sourceA", {2: "C2"}),
        ("sibling-shared-formula.xlsx", "sourceA", {2: "C2", 3: "C3"}),
        ("sibling-required.xlsx", "sourceB", {2: "B2"}),
    ],
)
def test_a_row_with_a_formula_without_a_value_is_rejected_for_it(
    uploaded: Callable[[str, str], FileOutcome], name: str, source: str, cells: dict[int, str]
) -> None:
    found = uploaded(name, source)

    assert found.ids == []
    assert list(found.messages) == list(cells)
    for line, cell in cells.items():
        assert found.messages[line].startswith(f"cell {cell} {NO_VALUE}")


def test_whole_numbers_that_are_written_as_doubles_are_whole_numbers(
    uploaded: Callable[[str, str], FileOutcome],
) -> None:
    found = uploaded("whole-numbers-as-double.xlsx", "sourceA")

    assert found.ids == ["12345678", "41"]
    assert {row["contract_id"] for row in found.stored.values()} == {"7"}
    assert {row["cat_id"] for row in found.stored.values()} == {"12", "1000"}


def test_a_strict_workbook_is_read(uploaded: Callable[[str, str], FileOutcome]) -> None:
    assert uploaded("strict.xlsx", "sourceA").ids == ["st-1"]


def test_rows_of_delimiters_are_no_rows(uploaded: Callable[[str, str], FileOutcome]) -> None:
    found = uploaded("delimiter-only-rows.csv", "sourceB")

    assert found.ids == ["c-7"]
    assert found.report["rows"] == 1


def test_the_key_of_numbers_is_one_text_and_a_boolean_is_refused_in_the_words_of_json(
    cloud: Cloud, uploaded: Callable[[str, str], FileOutcome]
) -> None:
    configure(cloud, KEYED)

    found = uploaded("sibling-keyed.jsonl", "sourceA")

    assert found.ids == ["2026/7"]
    assert found.messages == {2: "needs a text or number in year, number: number is true"}


@pytest.mark.parametrize("name", ["x.json", "x.json.gz", "x.jsonl", "x.ndjson.gz"])
def test_json_lines_are_read_whatever_their_name_says(cloud: Cloud, name: str) -> None:
    content = (CASES / "ndjson.json").read_bytes()
    packed = gzip.compress(content) if name.endswith(".gz") else content

    assert FileOutcome(cloud, name, packed, "sourceA").ids == ["j-1", "j-2"]


class RecordingApi(HTTPServer):
    """Accepts every event and keeps it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.events: list[Any] = []


class Handler(QuietHandler):
    server: RecordingApi

    def do_POST(self) -> None:
        events = json.loads(self.body())
        self.server.events += events
        statuses = [{"index": index, "status": "accepted"} for index, _ in enumerate(events)]
        self.answer(202, json.dumps({"events": statuses, "errors": []}).encode())


@pytest.fixture
def sent(cloud: Cloud, run: Ingest, checkout: Checkout) -> Callable[[Path], tuple[Json, list[str]]]:
    """Send a file as sourceA. Return the summary, and the ids of the equipment that is stored."""

    def send(file: Path) -> tuple[Json, list[str]]:
        outputs = checkout.outputs_file("local")
        with serving(RecordingApi()) as api:
            known = json.loads(outputs.read_text())
            url = f"http://127.0.0.1:{api.server_port}"
            outputs.write_text(json.dumps(known | {"api_url": url, "api_keys": {"sourceA": "k"}}))
            result = run("send", str(file), "--source", "sourceA", "-o", "json")
        cloud.serve("sourceA")
        if api.events:
            assert cloud.post(api.events, "a", source="sourceA").status == 202
        cloud.work(*cloud.queued("sourceA"))
        return json.loads(result.stdout), sorted(
            row["equipment_id"] for row in cloud.listed("EQUIPMENT").values()
        )

    return send


@pytest.mark.parametrize("name", ["x.json", "x.json.gz", "x.jsonl", "x.txt"])
def test_send_takes_the_same_rows_as_an_upload(
    sent: Callable[[Path], tuple[Json, list[str]]], tmp_path: Path, name: str
) -> None:
    content = (CASES / "ndjson.json").read_bytes()
    file = tmp_path / name
    file.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)

    summary, ids = sent(file)

    assert summary["accepted"] == 2
    assert ids == ["j-1", "j-2"]


def test_send_maps_columns_as_an_upload_does(
    sent: Callable[[Path], tuple[Json, list[str]]], checkout: Checkout
) -> None:
    document = catalog_document()
    document["sources"]["sourceA"]["files"] = KEYED
    checkout.catalog_file.write_text(json.dumps(document))

    summary, ids = sent(CASES / "sibling-keyed.jsonl")

    assert ids == ["2026/7"]
    [error] = summary["errors"]
    assert error["message"] == "needs a text or number in year, number: number is true"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.csv", b"a\n1\n", "holds a table: use `ingest upload"),
        ("x.csv.gz", gzip.compress(b"a\n1\n", mtime=0), "holds a table: use `ingest upload"),
        ("x.json.gz", b"{}", "is not gzip"),
        ("x.zip", b"{}", "cannot be unpacked"),
        ("x.gz", gzip.compress(b"{}", mtime=0), "the name must end in"),
    ],
)
def test_send_says_why_it_cannot_read_a_file(
    run: Ingest, checkout: Checkout, tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    outputs = checkout.outputs_file("local")
    known = json.loads(outputs.read_text())
    outputs.write_text(json.dumps(known | {"api_keys": {"sourceA": "k"}}))
    file = tmp_path / name
    file.write_bytes(content)

    result = run("send", str(file), "--source", "sourceA")

    assert result.exit_code == 2
    assert message in "".join(result.output.split("\n"))
