"""What the demo prints fits a terminal of 80 columns, and names the field of a refused event."""

from infra.tools.stack.practice import NEXT, describe_refusal
from ingestion.cli.client.event_file import RejectedLine

MESSAGE = "Input should be 'goods', 'works' or 'services'"


def test_the_last_lines_fit_80_columns() -> None:
    assert max(map(len, NEXT.splitlines())) <= 80


def test_a_refusal_names_the_field_with_its_rule() -> None:
    refusal = RejectedLine(9, "invalid_entity", "body.contract_type", MESSAGE)

    assert describe_refusal("b", "contracts.jsonl", refusal) == (
        f"POST /b, line 9 of contracts.jsonl, refused:\n  body.contract_type: {MESSAGE}"
    )


def test_a_refusal_without_a_field_has_its_message_alone() -> None:
    refusal = RejectedLine(9, "invalid_event", "", "must be an object")

    assert describe_refusal("b", "x.jsonl", refusal).endswith("refused:\n  must be an object")
