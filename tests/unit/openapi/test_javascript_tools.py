"""What the tools in JavaScript say about the documents."""

import json
from pathlib import Path

import entities
from ingestion.catalog import Catalog
from ingestion.openapi import asyncapi, openapi
from ingestion.store.change import KINDS
from tests.support.clients import link_npm, run
from tests.support.factories import catalog_document

PARSE = """
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync("asyncapi.json", "utf8"));
console.log(JSON.stringify({ messages: document?.messages().length, diagnostics }));
"""
URL = "https://abc123.execute-api.eu-central-1.amazonaws.com/v1"
INFORMATION = 2  # A diagnostic of this severity only recommends a newer version of AsyncAPI.


def test_redocly_has_no_warning(tmp_path: Path) -> None:
    """Sources of two entities and of each authentication are in the document."""
    catalog = catalog_document()
    catalog["sources"]["sourceA"]["entities"] = ["EQUIPMENT", "MILESTONE"]
    catalog["sources"]["sourceB"]["auth"] = "hmac"
    catalog["sources"]["sourceC"] |= {
        "auth": "iam",
        "principals": ["arn:aws:iam::123456789012:role/sender"],
    }
    document = openapi.document(Catalog.model_validate(catalog), URL)
    (tmp_path / "openapi.json").write_text(json.dumps(document))

    found = json.loads(run(tmp_path, "redocly", "lint", "openapi.json", "--format", "json"))

    assert found["problems"] == []
    assert found["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}


def test_the_parser_of_asyncapi_has_no_warning(tmp_path: Path) -> None:
    topic = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-changes.fifo"
    (tmp_path / "asyncapi.json").write_text(json.dumps(asyncapi.document(topic)))
    (tmp_path / "parse.mjs").write_text(PARSE)
    link_npm(tmp_path)

    found = json.loads(run(tmp_path, "node", "parse.mjs"))

    assert [said for said in found["diagnostics"] if said["severity"] < INFORMATION] == []
    assert found["messages"] == len(KINDS) * len(entities.models())
