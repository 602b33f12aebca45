import os
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest

from infra.tools.deploy.relay import relay

PLAN = b"""  # aws_api_gateway_usage_plan_key.this["sourceA"] will be destroyed
  - resource "aws_api_gateway_usage_plan_key" "this" {
      - key_id        = "k1" -> null
      - value         = "canary" -> null
        value         = "canary"
      ~ value         = "canary" -> "canary" # forces replacement
      \x1b[31m-\x1b[0m\x1b[0m value         = "canary" -> null
    }
"""


def relayed(*chunks: bytes) -> bytes:
    """What comes out when the chunks go in one after another."""
    reader, writer = os.pipe()
    out = BytesIO()
    with os.fdopen(reader, "rb") as source:
        thread = Thread(target=relay, args=[source, out])
        thread.start()
        for chunk in chunks:
            os.write(writer, chunk)
        os.close(writer)
        thread.join()
    return out.getvalue()


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_no_key_of_a_usage_plan_is_passed_on_however_it_comes(size: int) -> None:
    passed = relayed(*(PLAN[place : place + size] for place in range(0, len(PLAN), size)))

    assert b"canary" not in passed
    assert passed.count(b"(sensitive value)") == 5
    assert b'- key_id        = "k1" -> null' in passed


def test_all_else_is_passed_on_as_it_is() -> None:
    text = b'+ id = "value"\n  ~ values = {\n      + "a" = "b"\n\n  Enter a value: yes\nvariable'

    assert relayed(text) == text


def test_a_question_is_passed_on_before_its_line_ends(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as source, (tmp_path / "out").open("wb") as out:
        thread = Thread(target=relay, args=[source, out])
        thread.start()
        os.write(writer, b"Destroy?\n\n  Enter a value: ")
        for _ in range(2_000):
            if (tmp_path / "out").read_bytes().endswith(b"Enter a value: "):
                break
            thread.join(0.01)
        asked = (tmp_path / "out").read_bytes()
        os.close(writer)
        thread.join()

    assert asked.endswith(b"Enter a value: ")
