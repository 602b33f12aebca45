"""What `make check` says about expressions that read a header which is always null."""

from pathlib import Path

import pytest

from tests.unit.cli.catalog.test_sender_faults import RULES, SOURCE, refusal

HANDSHAKE = "    handshake: {when: payload.x, answer: {a: payload.b}}\n    ignore: payload.c\n"
RULE = "s, rule 1 (CONTRACT)"
NULL = "of headers, which is always null, because it holds a credential or the signature: read"


def text_with(before: str, after: str, auth: str = "hmac", signature: str = "stripe") -> str:
    """Return a catalog with another expression."""
    key = f"    signature: {signature}\n" if auth == "hmac" else "    rate_per_second: 9\n"
    text = SOURCE.replace("hmac", auth) + key + HANDSHAKE
    return (text + RULES).replace(before, after)


@pytest.mark.parametrize("name", ["authorization", "cookie", "x-api-key", "stripe-signature"])
@pytest.mark.parametrize(
    ("before", "message"),
    [
        ("payload.x", "7: s, handshake.when"),
        ("payload.b", "7: s, handshake.answer.a"),
        ("payload.c", "8: s, ignore"),
        ("item.no", f"12: {RULE}, id"),
        ("item.at", f"13: {RULE}, time"),
    ],
)
def test_an_expression_reads_no_hidden_header(
    tmp_path: Path, name: str, before: str, message: str
) -> None:
    expression = f"""'headers."{name}"'"""

    found = refusal(tmp_path, text_with(before, expression))

    assert found == f"sources.yaml:{message}: reads {name!r} {NULL} another value"


@pytest.mark.parametrize("auth", ["api_key", "basic", "bearer"])
def test_every_source_hides_credentials(tmp_path: Path, auth: str) -> None:
    found = refusal(tmp_path, text_with("payload.b", "headers.authorization", auth))

    assert found.startswith("sources.yaml:7: s, handshake.answer.a: reads 'authorization'")


def test_the_signature_is_hidden_by_the_name_of_its_header(tmp_path: Path) -> None:
    form = "{header: X-Mac, signed: '{timestamp}.{body}', timestamp_header: Y}"

    found = refusal(tmp_path, text_with("payload.b", 'headers."x-mac"', signature=form))
    other = refusal(tmp_path, text_with("payload.b", 'headers."x-shop"', signature=form))

    assert found.startswith("sources.yaml:7: s, handshake.answer.a: reads 'x-mac' of headers")
    assert other == ""
