"""What `make check` says about rules of a quarantining source that read what it does not keep."""

from pathlib import Path

import pytest

from tests.unit.cli.catalog.test_sender_faults import refusal

SOURCE = """\
sources:
  s:
    path: s
    entities: [CONTRACT]
    auth: api_key
    on_invalid: quarantine
    ignore: payload.x
    handshake: {when: payload.hello, answer: {token: 'headers."x-hook-secret"'}}
    map:
      - entity: CONTRACT
        when: payload.kind
        id: payload.no
        time: payload.at
        fields:
          contract_name: {first: [payload.a, payload.name]}
          contract_type: {const: goods}
          contract_status: {const: active}
"""
RULE = "s, rule 1 (CONTRACT)"
TOKEN = """'headers."x-gitlab-token"'"""
NOT_KEPT = "reads 'x-gitlab-token' of headers, which quarantine does not keep because it may hold a"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("payload.x", TOKEN, f"7: s, ignore: {NOT_KEPT} credential: read another value, or use"),
        ("payload.x", f"[payload.x, {TOKEN}]", f"7: s, ignore: {NOT_KEPT}"),
        ("payload.hello", "'!headers.\"x-token\"'", "8: s, handshake.when: reads 'x-token' of"),
        ("payload.hello", "keys(headers)", "8: s, handshake.when: reads all headers, but quar"),
        ("payload.hello", "'!query.sig'", "8: s, handshake.when: reads 'sig' of query, which"),
        ("payload.kind", TOKEN, f"11: {RULE}, when: {NOT_KEPT}"),
        ("payload.kind", "query.access_token", f"11: {RULE}, when: reads 'access_token' of query"),
        ("payload.no", f"[payload.no, {TOKEN}]", f"12: {RULE}, id, entry 2: {NOT_KEPT}"),
        ("payload.name", TOKEN, f"15: {RULE}, contract_name.first, entry 2: {NOT_KEPT}"),
        ("payload.kind", "keys(headers)", f"11: {RULE}, when: reads all headers, but quarantine"),
        ("payload.kind", "query.*", f"11: {RULE}, when: reads all query parameters, but quar"),
    ],
)
def test_an_expression_reads_only_what_quarantine_keeps(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    text = SOURCE.replace(before, after)

    assert refusal(tmp_path, text).startswith(f"sources.yaml:{message}")
    assert refusal(tmp_path, text.replace("quarantine", "refuse")) == ""


@pytest.mark.parametrize("text", ["headers.date", "'headers.\"x-event-key\"'", "query.page"])
def test_an_expression_may_read_other_headers_and_parameters(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, SOURCE.replace("payload.kind", text)) == ""
