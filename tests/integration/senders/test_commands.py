"""`ingest secrets` imports what senders made, and `ingest send` sends as a source of each kind."""

import json
from collections.abc import Iterator
from hashlib import sha256
from http.server import HTTPServer
from typing import Any

import boto3
import pytest

from ingestion.auth.live_secrets import LiveSecret
from ingestion.cli.checkout import Checkout
from ingestion.cli.output import ExitCode
from tests.integration.cloud import Cloud
from tests.integration.conftest import AUDIT, Ingest
from tests.integration.senders.conftest import PAYLOAD, RULE, SourceB
from tests.integration.senders.signers import SIGNERS, STRIPE_SECRET
from tests.integration.signing import PREFIX
from tests.support.canned import canned, intercept
from tests.support.factories import catalog_document
from tests.support.invocations import request
from tests.support.servers import QuietHandler, serving

OUR = ("--source", "sourceB")
KINDS: dict[str, dict[str, Any]] = {
    **{name: {"auth": "hmac", "signature": name} for name in SIGNERS},
    "general": {"auth": "hmac", "signature": {"header": "X-Sig", "signed": "{body}"}},
    "basic": {"auth": "basic"},
    "bearer": {"auth": "bearer"},
}
SECRETS = {name: signer.secrets[0] for name, signer in SIGNERS.items()} | {
    "general": "any text: ü-ü-ü",
    "basic": "erp:pass:word",
    "bearer": "a-long.token-of-erp",
}


class Handler(QuietHandler):
    """Passes each request to the API's handler, with the names of headers as they came."""

    server: "Gateway"

    def do_POST(self) -> None:
        body = self.body()
        event = request(self.path.strip("/"), body, headers=dict(self.headers))
        response = self.server.cloud.ask(event)
        self.answer(response.status, response.text.encode())


class Gateway(HTTPServer):
    """The gateway of an API, on loopback."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.cloud = cloud


@pytest.fixture
def ingest(source: SourceB, run: Ingest, checkout: Checkout) -> Iterator[Ingest]:
    """Run commands for an environment that is served on loopback."""
    file = checkout.outputs_file("local")
    with serving(Gateway(source.cloud)) as gateway:
        outputs = {
            "api_url": f"http://127.0.0.1:{gateway.server_address[1]}",
            "webhook_secret_names": {"sourceB": f"{PREFIX}sourceB"},
        }
        file.write_text(json.dumps(json.loads(file.read_text()) | outputs))
        yield run


def configure(source: SourceB, checkout: Checkout, kind: str) -> None:
    """Give sourceB an authentication of this kind, and no secret."""
    document = catalog_document()
    document["sources"]["sourceB"] |= {"map": [RULE], "on_invalid": "refuse", **KINDS[kind]}
    checkout.catalog_file.write_text(json.dumps(document))
    source.configure(**KINDS[kind])


def live(run: Ingest) -> list[str]:
    """Return the ids of the live secrets."""
    return [row["id"] for row in json.loads(run("secrets", "list", *OUR, "-o", "json").stdout)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", ["", "\n", "\r\n"], ids=repr)
def test_an_imported_secret_proves_the_identity_of_its_source(
    source: SourceB, ingest: Ingest, checkout: Checkout, kind: str, ending: str
) -> None:
    configure(source, checkout, kind)

    added = ingest("secrets", "add", *OUR, "--from-stdin", stdin=SECRETS[kind] + ending)
    sent = ingest("send", "-", *OUR, stdin=json.dumps(PAYLOAD))

    assert added.exit_code == 0, added.output
    assert SECRETS[kind] not in added.output
    assert sent.exit_code == 0, sent.output
    assert len(source.cloud.queued("sourceB")) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_secret_is_made_for_every_kind(
    source: SourceB, ingest: Ingest, checkout: Checkout, kind: str
) -> None:
    configure(source, checkout, kind)

    added = ingest("secrets", "add", *OUR)
    sent = ingest("send", "-", *OUR, stdin=json.dumps(PAYLOAD))

    secret = added.stdout.strip()
    assert secret.startswith("whsec_") == (kind in ("standard", "svix"))
    assert secret.startswith("sourceB:") == (kind == "basic")
    assert sent.exit_code == 0, sent.output


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("slack", "", "must be one line of 1 to 1024 characters"),
        ("slack", "two\nlines", "must be one line"),
        ("slack", " a-secret", "without blanks at its ends"),
        ("slack", "x" * 1025, "1 to 1024 characters"),
        ("standard", STRIPE_SECRET, "is not base64 after whsec_"),
        ("svix", "plain-text-without-the-prefix-of-32", "is not base64 after whsec_"),
        ("standard", "whsec_AAAA", "24 to 64 bytes"),
        ("slack", "x" * 15, "must have at least 16 bytes, so that nobody can guess it"),
        ("github", "ü" * 7, "must have at least 16 bytes"),
        ("general", "x", "must have at least 16 bytes"),
        ("bearer", "a.token", "must have at least 16 bytes"),
        ("basic", "erp:", "must be user:password"),
        ("basic", "erp:passwor", "with a password of at least 8 characters"),
        ("basic", "only-a-password", "must be user:password"),
        ("basic", ":a-long-password", "must be user:password"),
        ("stripe", "\ufeffwhsec_a-secret", "must not begin with a byte order mark"),
        ("bearer", "two words of a token", "must hold visible ASCII characters only"),
    ],
)
def test_a_secret_that_does_not_fit_is_refused_and_not_printed(
    source: SourceB, ingest: Ingest, checkout: Checkout, kind: str, text: str, message: str
) -> None:
    configure(source, checkout, kind)

    result = ingest("secrets", "add", *OUR, "--from-stdin", stdin=text)

    assert result.exit_code == 1
    assert message in str(result.exception)
    assert not text or text not in f"{result.exception}{result.output}"
    assert live(ingest) == []


def test_the_same_secret_is_not_added_twice(
    source: SourceB, ingest: Ingest, checkout: Checkout
) -> None:
    configure(source, checkout, "stripe")
    ingest("secrets", "add", *OUR, "--from-stdin", stdin=STRIPE_SECRET)

    again = ingest("secrets", "add", *OUR, "--from-stdin", stdin=STRIPE_SECRET)

    assert "live already" in str(again.exception)
    assert len(live(ingest)) == 1


def test_the_id_of_a_secret_does_not_follow_from_its_text(
    source: SourceB, ingest: Ingest, checkout: Checkout
) -> None:
    configure(source, checkout, "basic")
    password = ("secrets", "add", *OUR, "--from-stdin")

    ingest(*password, stdin="erp:password-1")
    first = live(ingest)
    ingest("secrets", "retire", *first, *OUR, "--yes")
    ingest(*password, stdin="erp:password-1")
    again = live(ingest)

    assert [len(found) for found in (first, again)] == [1, 1]
    assert first != again
    assert sha256(b"erp:password-1").hexdigest()[:12] not in first + again


def test_a_secret_that_was_stored_without_an_id_keeps_the_one_it_had(
    source: SourceB, ingest: Ingest, checkout: Checkout
) -> None:
    configure(source, checkout, "standard")
    secret = SECRETS["standard"]
    stored = {"secret": secret, "created_at": "2026-01-31T12:00:00.000000Z"}
    source.stored.keep_text(json.dumps([stored]))

    [found] = live(ingest)
    ingest("secrets", "add", *OUR)
    retired = ingest("secrets", "retire", found, *OUR)

    assert found == sha256(secret.encode()).hexdigest()[:12]
    assert retired.exit_code == 0
    assert found not in live(ingest)


def test_an_import_is_audited_without_the_secret(
    source: SourceB, ingest: Ingest, checkout: Checkout
) -> None:
    configure(source, checkout, "stripe")

    ingest("secrets", "add", *OUR, "--from-stdin", stdin=STRIPE_SECRET)

    events = boto3.client("logs").filter_log_events(logGroupName=AUDIT)["events"]
    assert [json.loads(event["message"])["action"] for event in events] == ["add_secret"]
    assert STRIPE_SECRET not in str(events)


@pytest.mark.parametrize("kind", ["stripe", "basic", "bearer"])
def test_a_refused_secret_is_explained(
    source: SourceB, ingest: Ingest, checkout: Checkout, kind: str
) -> None:
    configure(source, checkout, kind)
    source.stored.keep(LiveSecret.new("erp:another-secret"))
    refuse_every_secret(source.cloud)

    result = ingest("send", "-", *OUR, stdin=json.dumps(PAYLOAD))

    assert result.exit_code == ExitCode.UNREACHABLE
    assert "is refused, so check `ingest secrets list --source sourceB" in result.stderr


def refuse_every_secret(cloud: Cloud) -> None:
    """Let the API see no live secret, as before it reads a new one."""
    signed = cloud.api_runtime.callers.signed
    assert signed
    no_secret = canned({"Name": "sourceB", "SecretString": "[]"})
    intercept(signed.secrets.client, "GetSecretValue", lambda _: no_secret)
