"""A catalog, and the message with which `make check` refuses another one."""

from pathlib import Path

import pytest

from ingestion.cli.catalog_file import BadCatalog
from ingestion.cli.checkout import Checkout
from ingestion.cli.environment import load_catalog


def refusal(tmp_path: Path, text: str | bytes) -> str:
    checkout = Checkout(tmp_path)
    checkout.catalog_file.parent.mkdir()
    checkout.catalog_file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadCatalog) as refused:
        load_catalog(checkout)
    return str(refused.value)


MAPPED = """\
sources:
  s:
    path: s
    entities: [CONTRACT]
    auth: api_key
    map:
      - entity: CONTRACT
        id: item.no
        operation: delete
      - entity: CONTRACT
        id: [item.a, item.b]
        time: {value: item.at, format: epoch_s}
        fields:
          contract_name: item.title
          contract_type: item.type
          contract_status: item.status
"""


RULE_1, RULE_2 = "s, rule 1 (CONTRACT)", "s, rule 2 (CONTRACT)"
