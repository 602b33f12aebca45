"""`ingest source new` says why there is no draft, and writes nothing."""

import json
from typing import Any

import pytest

from ingestion.cli.checkout import Checkout
from tests.integration.new_source.conftest import Ingest, Write, refuse

ITEM = {"id": "c-1", "name": "Turbines", "type": "goods", "status": "open", "at": 7}
CONSTANTS = ("--field", "contract_type='goods'", "--field", "contract_status='active'")


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("s.json", "{}", "no path of the sample has the name of an id"),
        ("s.json", "5", "no path of the sample has the name of an id"),
        ("s.json", '["a", "b"]', "no path of the sample has the name of an id"),
        ("s.json", [{"id": 1}, {"id": 1}], "no path of the sample has the name of an id"),
        ("s.json", {"id": "a#b"}, "no path of the sample has the name of an id"),
        ("s.json", "[]", "s.json: the array must hold at least one payload"),
        ("s.json", "{", "s.json: not JSON"),
        (
            "s.json",
            '[{"id": 1}, {"id": 1e999999999999999999999999}]',
            "s.json: payload 1: is not JSON: a number's",
        ),
        ("s.json", '{"id": 1}\n{"id": 2}\n', "s.json: not JSON"),
        ("s.xml", '{"id": 1}', "s.xml: not XML"),
        ("s.csv", "", "s.csv: "),
        ("s.txt", '{"id": 1}', "s.txt: name the format with --format, or end the name in .json"),
        ("s.json.gz", b"", "s.json.gz: unpack the file first"),
        ("s.jsonl", '{"id": 1}\nx\n', "s.jsonl: line 2"),
        (
            "s.json",
            [{"id": n} for n in range(501)],
            "s.json: 501 payloads in one request: send at most 500",
        ),
        ("s.csv", "id\n" + "x\n" * 501, "the sample has 501 items: keep at most 500 of them"),
        ("s.json", {"rows": [{"id": n} for n in range(501)]}, "the sample has 501 items: keep"),
        ("s.json", {"id": 1, "text": "x" * 5_000_000}, "s.json: a body must have at most 4400000"),
        ("s.json", {"id": 1, "text": "x" * 300_000}, "the sample does not fit the draft:"),
    ],
)
def test_a_sample_that_cannot_be_drafted_is_refused(
    ingest: Ingest, checkout: Checkout, write: Write, file: str, content: Any, message: str
) -> None:
    write(file, content)

    assert refuse(ingest, checkout, "shop", "--sample", file).startswith(message)


def test_a_missing_sample_is_refused(ingest: Ingest, checkout: Checkout) -> None:
    message = refuse(ingest, checkout, "shop", "--sample", "missing.json")

    assert message == "missing.json: No such file or directory"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--id", "payload.nothing"),
            "--id payload.nothing is null in an item; choose a path that each item has",
        ),
        (
            ("--id", "payload"),
            "--id payload: is an object: must be a text or a number",
        ),
        (("--id", "nothing"), "--id 'nothing', position 0: unknown name \"nothing\""),
        (("--id", "payload.spaced"), "--id payload.spaced: a value cannot be an id"),
        (("--each", "payload.nothing"), "--each payload.nothing: finds no item in the sample"),
        (
            ("--each", "payload.["),
            "--each 'payload.[', position 9: the expression is not complete",
        ),
        (("--each", "max(payload.id)"), "--each max(payload.id): "),
        (("--time", "payload.nothing"), "--time payload.nothing: must be a time in each item"),
        (("--time", "payload.name"), "--time payload.name: must be a time in each item"),
        (
            ("--time", "payload >"),
            "--time 'payload >', position 9: the expression is not complete",
        ),
        (("--time", "abs(payload.name)"), "--time abs(payload.name): "),
        (("--path", "A B"), "--path A B: must hold only a-z, 0-9, - and _, begin with one of a-z"),
        (("--entity", "a b"), "--entity a b: an entity's name holds only a-z, 0-9 and _, begins"),
        (("--format", "yaml"), "no format 'yaml': there are json, jsonl, form, xml, csv, tsv"),
        (("--signature", "github"), "the signature covers no time of sending"),
        (
            ("--auth", "basic", "--signature", "slack"),
            "--signature needs --auth hmac, and not basic",
        ),
        (("--field", "name=payload.name"), "--field is for an entity that exists: SHOP is new"),
        (
            ("--entity", "CONTRACT"),
            "CONTRACT requires contract_status (use one of 'pending', 'active', 'cancelled',"
            " 'terminated'). No value of the sample fits by name: pass --field contract_status=",
        ),
        (
            ("--entity", "CONTRACT", *CONSTANTS, "--field", "colour=payload.name"),
            "--field: CONTRACT has no field 'colour': there are contract_name, contract_type",
        ),
        (
            ("--entity", "CONTRACT", "--field", "contract_status=payload.status"),
            "--field contract_status: payload.status has a value that CONTRACT does not accept: use"
            " one of 'pending', 'active', 'cancelled', 'terminated'",
        ),
    ],
)
def test_an_option_that_does_not_fit_the_sample_is_refused(
    ingest: Ingest, checkout: Checkout, write: Write, options: tuple[str, ...], message: str
) -> None:
    write("sample.json", {**ITEM, "spaced": " x "})

    refused = refuse(ingest, checkout, "shop", "--sample", "sample.json", *options)

    assert refused.startswith(message)


def test_a_catalog_on_one_line_is_refused(ingest: Ingest, checkout: Checkout, write: Write) -> None:
    write("sample.json", ITEM)
    source = {"path": "a", "entities": ["CONTRACT"], "auth": "api_key"}
    checkout.catalog_file.write_text(f"sources: {json.dumps({'sourceA': source})}\n")

    message = refuse(ingest, checkout, "shop", "--sample", "sample.json")

    assert message == "config/sources.yaml: write each source on lines of its own, without { }"


def test_two_items_with_one_id_are_refused_with_the_reason(
    ingest: Ingest, checkout: Checkout, write: Write
) -> None:
    write("sample.json", {"rows": [{"id": 1, "n": 1}, {"id": 1, "n": 2}]})
    options = ("--each", "payload.rows", "--id", "item.id")

    message = refuse(ingest, checkout, "shop", "--sample", "sample.json", *options)

    assert message.startswith("the sample does not fit the draft:\n  payload 0: rule 1 (SHOP)")


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(
    ingest: Ingest, checkout: Checkout, write: Write
) -> None:
    write("sample.json", ITEM)
    (checkout.root / "entities").rmdir()
    write("entities", "a file in place of the folder\n")

    message = refuse(ingest, checkout, "shop", "--sample", "sample.json")

    assert message == f"{checkout.root}/entities/shop.yaml: Not a directory"
    assert not checkout.samples_directory.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"user": {"id": 1}, "issue": {"id": 2}},
            "several parts of the sample may be the id: pass one of --id payload.user.id (1), --id"
            " payload.issue.id (2)",
        ),
        (
            {"issue": {"id": 1}, "labels": [{"id": 2}]},
            "several parts of the sample may be the items: pass one of --each payload, --each"
            " payload.labels",
        ),
    ],
)
def test_guesses_that_are_equally_good_are_named_instead_of_a_draft(
    ingest: Ingest, checkout: Checkout, write: Write, content: Any, message: str
) -> None:
    write("sample.json", content)

    assert refuse(ingest, checkout, "shop", "--sample", "sample.json") == message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"id": "a#b"}, "; payload.id has a value that cannot be an id (docs/http.md)"),
        ({"id": "x" * 600}, "; payload.id has a value that cannot be an id (docs/http.md)"),
        ([{"id": 1}, {"id": 1}], "; payload.id has the same value in two items"),
        ({"id": None, "n": 1.5}, "; payload.id is null or missing in an item"),
        ("5", "; an item is no object"),
        (
            {"payload": '{"id": 1}'},
            "; payload holds JSON: draft from this JSON, saved as a .json file; for a form, then"
            " add `form: {json: payload}` to the entry",
        ),
    ],
)
def test_an_id_that_cannot_be_used_has_a_reason(
    ingest: Ingest, checkout: Checkout, write: Write, content: Any, reason: str
) -> None:
    write("sample.json", content)

    assert refuse(ingest, checkout, "shop", "--sample", "sample.json").endswith(reason)
