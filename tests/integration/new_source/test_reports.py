"""What `ingest source new` prints: its guesses, what to look at, and the next commands."""

from typing import Any

import pytest

import entities
from entities.declared.yaml_file import read_yaml
from ingestion.cli.checkout import Checkout
from tests.integration.new_source.conftest import Ingest, Write, new


def test_the_report_names_what_nothing_reads_and_the_next_commands(
    ingest: Ingest, write: Write
) -> None:
    write("sample.json", {"id": 1, "lines": [{"n": 1}], "nothing": {}})

    drafted = ingest(*new())

    assert "paths that nothing reads: payload.lines, payload.nothing" in drafted.stderr
    assert "fields: 0 fields of SHOP have an expression" in drafted.stderr
    commands = drafted.stderr.partition("Next:\n")[2].splitlines()
    assert [line.strip() for line in commands] == [
        "edit config/sources.yaml and entities/shop.yaml",
        "ingest map config/samples/shop/sample.json --source shop --coverage",
        "ingest map --record --source shop",
        "make schemas",
        "make check",
        "make up",
        "ingest send config/samples/shop/sample.json --source shop",
    ]


@pytest.mark.parametrize("auth", ["api_key", "hmac", "basic", "bearer"])
@pytest.mark.parametrize(
    ("name", "content", "options", "sending"),
    [
        ("s.json", {"id": 1, "n": 2}, (), "ingest send {copy} --source shop"),
        ("s.csv", "id,n\n1,2\n", (), "ingest upload {copy} --source shop"),
        ("s.form", "id=1&n=2", (), "post {copy}: {page}"),
        ("s.xml", "<a><id>1</id><n>2</n></a>", (), "post {copy}: {page}"),
        ("s.json", {"id": 1, "n": 2}, ("--header", "X-Tenant:a"), "post {copy}: {page}"),
    ],
    ids=["json", "table", "form", "xml", "headers"],
)
def test_the_last_command_can_send_the_sample_of_any_source(
    ingest: Ingest,
    write: Write,
    auth: str,
    name: str,
    content: Any,
    options: tuple[str, ...],
    sending: str,
) -> None:
    write(name, content)

    drafted = ingest(*new("--auth", auth, *options, sample=name))

    page = "docs/sources.md#5-start-it-and-post"
    *_, last = drafted.stderr.splitlines()
    assert last.strip() == sending.format(copy=f"config/samples/shop/{name}", page=page)
    assert ("ingest secrets add --source shop" in drafted.stderr) == (auth != "api_key")


def test_the_report_names_other_ids_than_the_guessed_one(ingest: Ingest, write: Write) -> None:
    data = {"id": "P1", "number": 2, "customer_id": "c-1"}
    write("sample.json", {"event": {"id": "e-1", "event_type": "x", "data": data}})

    guessed = ingest(*new())
    entities.models.cache_clear()
    given = ingest("source", "new", "other", "--sample", "sample.json", "--id", "payload.event.id")

    assert "  id: payload.event.data.id\n" in guessed.stderr
    assert "  event_id: payload.event.id\n" in guessed.stderr
    others = "payload.event.data.number (2), payload.event.data.customer_id (c-1)"
    assert f"  other ids: {others}\n" in guessed.stderr
    assert given.exit_code == 0, given.stderr
    assert "other ids" not in given.stderr


def test_secrets_and_paths_without_a_value_are_named(
    ingest: Ingest, checkout: Checkout, write: Write
) -> None:
    user = {"api_key": "k", "authToken": "t", "tokens_used": 1, "first_name": "A", "IBAN": "D1"}
    write("sample.json", {"id": 1, "user": user, "password": "p", "nothing": None})

    drafted = ingest(*new())

    assert drafted.exit_code == 0, drafted.stderr
    secrets = "payload.user.api_key, payload.user.authToken, payload.password"
    assert f"Replace what may be secrets in the sample: {secrets}\n" in drafted.stderr
    assert "paths that nothing reads: payload.nothing\n" in drafted.stderr
    fields = read_yaml(checkout.root / "entities" / "shop.yaml")["fields"]
    personal = [name for name, keys in fields.items() if keys.get("personal")]
    assert personal == ["user_first_name", "user_iban"]
