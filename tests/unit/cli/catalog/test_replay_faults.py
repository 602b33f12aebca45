"""What `make check` says about rules of a source whose signature covers the body only.

Who sends a request again can change its headers, its URL and the time of its receipt.
"""

from pathlib import Path

import pytest

from tests.unit.cli.catalog.test_sender_faults import RULES, SOURCE, refusal

BODY_ONLY = "the source's signature covers the body only, and no time of sending"
RULE = "s, rule 1 (CONTRACT)"
GITHUB = f"{SOURCE}    signature: github\n    on_invalid: quarantine\n"
UPSERT = """\
    ignore: headers."x-github-event" == 'ping'
    map:
      - entity: CONTRACT
        when: headers."x-github-event" == 'issues'
        id: payload.no
        time: payload.at
        event_id: payload.delivery
        operation: {value: payload.action, translate: {deleted: delete}, default: upsert}
        fields:
          contract_name: {first: [payload.name, payload.title]}
          contract_type: {const: goods}
          contract_status: {const: active}
"""


@pytest.mark.parametrize("signature", ["github", "shopify", "{header: X-Sig, signed: '{body}'}"])
@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("", "", ""),
        ("item.at", "{value: payload.at, format: epoch_s}", ""),
        ("        time: item.at\n", "", f"8: {RULE}, time: {BODY_ONLY}: add a time"),
        ("item.at", "headers.date", f"11: {RULE}, time: reads headers, but {BODY_ONLY}: use"),
        ("item.at", "item.at || received_at", f"11: {RULE}, time: reads received_at"),
        ("item.at", "{value: query.at}", f"11: {RULE}, time.value: reads query"),
        (
            "item.at",
            "\"'2026-01-31'\"",
            f"11: {RULE}, time: may be a constant, but {BODY_ONLY}: use",
        ),
        ("item.at", "item.at || '2026-01-31T00:00:00Z'", f"11: {RULE}, time: may be a constant"),
        ("item.at", "payload.t && `17`", f"11: {RULE}, time: may be a constant"),
        ("item.at", "{value: 'not_null(item.at, `17`)'}", f"11: {RULE}, time.value: may be"),
        ("item.no", "query.no", f"10: {RULE}, id: reads query, but {BODY_ONLY}: use values of"),
        ("item.no", "[item.no, headers.shop]", f"10: {RULE}, id, entry 2: reads headers"),
        ("payload.items", "headers.x", f"9: {RULE}, each: reads headers"),
        ("payload.items", "[payload.items, query]", f"9: {RULE}, each, entry 2: reads query"),
    ],
)
def test_without_a_signed_time_each_rule_reads_the_time_in_the_body(
    tmp_path: Path, signature: str, before: str, after: str, message: str
) -> None:
    rules = RULES.replace(before, after) if before else RULES

    found = refusal(tmp_path, f"{SOURCE}    signature: {signature}\n{rules}")

    assert found.startswith(f"sources.yaml:{message}" if message else "")
    assert bool(found) == bool(message)


def test_with_a_signed_time_rules_may_read_headers(tmp_path: Path) -> None:
    rules = RULES.replace("item.at", "headers.date")

    assert refusal(tmp_path, f"{SOURCE}    signature: slack\n{rules}") == ""


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("payload.delivery", "'headers.\"x-github-delivery\"'", f"14: {RULE}, event_id: reads"
         f" headers, but {BODY_ONLY}: use values of the body, or remove event_id"),
        ("payload.action", "headers.topic", f"15: {RULE}, operation.value: reads headers, but"),
        ("payload.title", "query.title", f"17: {RULE}, contract_name.first, entry 2: reads query"),
        ("payload.title", "received_at", f"17: {RULE}, contract_name.first, entry 2: reads rec"),
    ],
)  # fmt: skip
def test_nothing_that_an_event_holds_comes_from_beside_the_body(
    tmp_path: Path, before: str, after: str, message: str
) -> None:
    valid = refusal(tmp_path, GITHUB + UPSERT)

    found = refusal(tmp_path, GITHUB + UPSERT.replace(before, after))

    assert valid == ""
    assert found.startswith(f"sources.yaml:{message}")


@pytest.mark.parametrize(
    "operation",
    [
        "delete",
        "{const: delete}",
        "{value: payload.op, translate: {new: upsert}, default: delete}",
        "{value: \"'x'\", translate: {x: delete}}",
        "{first: [payload.op, \"'x'\"], translate: {x: delete}}",
    ],
)
def test_a_header_does_not_decide_that_an_event_is_a_delete(tmp_path: Path, operation: str) -> None:
    rules = RULES.replace("operation: delete", f"operation: {operation}")
    in_a_header = rules.replace(
        "id: item", "when: headers.topic == 'products/delete'\n        id: item"
    )
    in_the_body = rules.replace(
        "id: item", "when: payload.topic == 'products/delete'\n        id: item"
    )

    found = refusal(tmp_path, f"{SOURCE}    signature: shopify\n{in_a_header}")

    assert (
        f"sources.yaml:10: {RULE}, when: reads headers, but {BODY_ONLY}: a header must not decide"
        " that an event is a delete; use values of the body"
    ) in found
    assert "when" not in refusal(tmp_path, f"{SOURCE}    signature: shopify\n{in_the_body}")


def test_rules_may_read_an_id_that_is_signed_and_no_other_header(tmp_path: Path) -> None:
    form = "{header: X-Sig, signed: '{id}.{body}', id_header: X-Id}"
    source = f"{SOURCE}    signature: {form}\n"
    rules = RULES.replace("time:", 'event_id: headers."x-id"\n        time:')

    found = refusal(tmp_path, source + rules.replace('"x-id"', '"x-other"'))

    assert refusal(tmp_path, source + rules) == ""
    assert "reads headers, but the source's signature covers the body and X-Id only" in found
