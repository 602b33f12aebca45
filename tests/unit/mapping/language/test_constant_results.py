"""An expression whose result may be a literal is found. A literal that only decides is not."""

import pytest

from ingestion.mapping.expressions import compile_expression


@pytest.mark.parametrize(
    "text",
    [
        *(
            "'x'",
            "`17`",
            "payload.a && `17`",
            "payload.a || 'x'",
            "payload.a == 'b' && 'x' || item",
        ),
        *("not_null(payload.a, `1`)", "payload.a | `5`", "to_string(`5`)", "payload.a && [`1`][0]"),
        """(payload.a && `{"b": 1}`).b""",
    ],
)
def test_a_result_that_may_be_a_literal_is_found(text: str) -> None:
    assert compile_expression(text).may_be_constant()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "payload.a",
            "payload.a == 'b' && payload.c",
            "!payload.a && item.b",
            "payload.a || item.b",
        ),
        *("join('T', [payload.day, '12:00:00Z'])", "payload.lines[?code=='x'].at | [0]"),
        *("max_by(payload.lines, &at).at", "payload.lines[*].at | [-1]", "sort(payload.times)[0]"),
        *("to_string(payload.a)", "not_null(payload.a, item.b)"),
    ],
)
def test_a_literal_that_decides_or_is_a_part_does_not_count(text: str) -> None:
    assert not compile_expression(text).may_be_constant()
