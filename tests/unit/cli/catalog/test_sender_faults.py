"""What `make check` says about signatures, handshakes and statuses, with the line and the key."""

import re
import textwrap
from pathlib import Path

import pytest

from infra.tools.paths import ROOT
from ingestion.catalog.signature import PRESETS
from ingestion.cli.catalog_file import BadCatalog, read_catalog

SOURCE = """\
sources:
  s:
    path: s
    entities: [CONTRACT]
    auth: hmac
"""
RULES = """\
    map:
      - entity: CONTRACT
        each: payload.items
        id: item.no
        time: item.at
        operation: delete
    on_invalid: quarantine
"""


def refusal(directory: Path, text: str) -> str:
    """Return the message for a catalog, or "" if it is valid."""
    file = directory / "sources.yaml"
    file.write_text(text)
    try:
        read_catalog(file, "sources.yaml")
    except BadCatalog as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "keys",
    [
        *("signature: standard", "signature: svix", "signature: stripe", "signature: slack"),
        "signature: {header: X-Sig, signed: '{timestamp}.{body}', timestamp_header: X-Time}",
        "signature: {header: X-Sig, id_header: X-Id, timestamp_header: X-Time, encoding: base64}",
        *("success: 200", "success: 202", "on_invalid: refuse"),
    ],
)
def test_a_valid_sender_is_accepted(tmp_path: Path, keys: str) -> None:
    assert refusal(tmp_path, f"{SOURCE}    {keys}\n") == ""


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("signature: github", "6: s: signature signs no timestamp: add rules of map that give each"
         " event the time in the body"),
        ("success: 201", "6: s.success: must be 200 or 202"),
        ("on_invalid: quarantine", "6: s: on_invalid: quarantine needs map: add the rules of the"
         " source"),
        ("on_invalid: keep", "6: s.on_invalid: must be refuse or quarantine"),
        ("handshake: {when: payload.x, answer: {a: payload.b}}", "6: s: handshake needs map: add"
         " the rules of the source, or remove handshake"),
    ],
)  # fmt: skip
def test_a_fault_of_a_sender_is_named(tmp_path: Path, keys: str, message: str) -> None:
    found = refusal(tmp_path, f"{SOURCE}    {keys}\n")

    assert found.startswith(f"sources.yaml:{message}")


@pytest.mark.parametrize("auth", ["api_key", "basic", "bearer"])
def test_only_a_source_that_signs_has_a_signature(tmp_path: Path, auth: str) -> None:
    text = SOURCE.replace("hmac", auth) + "    signature: stripe\n"

    assert "signature needs auth: hmac" in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("handshake: {when: payload..x, answer: {a: payload.b}}", "6: s, handshake.when: position 8"
         ' of \'payload..x\': unexpected "."'),
        ("handshake: {when: payload.x, answer: {a: b}}", "6: s, handshake.answer.a: position 0 of"
         " 'b': unknown name"),
        ("handshake: {when: payload.x, answer: {}}", "6: s.handshake.answer: must not be empty"),
        ("handshake: {wen: payload.x, answer: {a: payload.b}}", "6: s.handshake.wen: unknown key:"
         ' use one of when, answer; did you mean "when"?'),
    ],
)  # fmt: skip
def test_a_fault_of_a_handshake_is_named(tmp_path: Path, keys: str, message: str) -> None:
    found = refusal(tmp_path, f"{SOURCE}    {keys}\n{RULES}")

    assert found.startswith(f"sources.yaml:{message}")


DOCUMENT = (ROOT / "docs" / "senders.md").read_text(encoding="utf-8")
DOCUMENTED = [
    textwrap.dedent(block) for block in re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
]


@pytest.mark.parametrize("text", DOCUMENTED, ids=lambda text: text.split()[1])
def test_a_documented_source_is_valid(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text) == ""


def test_every_preset_is_documented_in_five_steps() -> None:
    _, *sections = re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)
    steps = {part.splitlines()[0]: re.findall(r"^\d\.", part, re.MULTILINE) for part in sections}

    assert {f"`{name}`" in DOCUMENT for name in PRESETS} == {True}
    assert {len(found) for name, found in steps.items() if name != "Handshakes and answers"} == {5}
    assert len(steps) == len(PRESETS) + 3


FORMS = (
    "{header: X, signed: '{timestamp}.{body}', timestamp_header: Y}",
    "{header: X, signed: '{body}'}",
)


@pytest.mark.parametrize("signature", [*PRESETS, *FORMS, None])
def test_a_source_that_signs_and_has_rules_says_what_happens_to_invalid_payloads(
    tmp_path: Path, signature: str | None
) -> None:
    keys = f"    signature: {signature}\n" if signature else ""
    text = f"{SOURCE}{keys}{RULES}"

    named = [
        refusal(tmp_path, text.replace("quarantine", value)) for value in ("refuse", "quarantine")
    ]
    missing = refusal(tmp_path, text.replace("    on_invalid: quarantine\n", ""))

    assert named == ["", ""]
    place = "6: s, signature" if signature else "5: s, auth"
    assert missing.startswith(f"sources.yaml:{place}: a sender of webhooks does not read which")


@pytest.mark.parametrize("auth", ["api_key", "basic", "bearer"])
def test_another_source_refuses_invalid_payloads_by_default(tmp_path: Path, auth: str) -> None:
    text = SOURCE.replace("hmac", auth) + RULES.replace("    on_invalid: quarantine\n", "")

    assert refusal(tmp_path, text) == ""
