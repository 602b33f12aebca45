"""The faults of rules of CONTRACT and MILESTONE."""

from typing import Any

from ingestion.mapping.faults.check import RuleFault, rule_faults
from tests.unit.mapping.mapped import rule

VALID = {
    "contract_name": "item.title",
    "contract_type": {"const": "goods"},
    "contract_status": {"value": "item.status", "translate": {"A": "active"}, "default": "pending"},
}
DEADLINE = {"contract_id": "item.contract", "description": "item.text"}


def faults(*rules: Any, ignore: tuple[str, ...] = ()) -> list[RuleFault]:
    return rule_faults("ocds", rules, ignore, ["CONTRACT", "MILESTONE"])


def faults_of_field(form: Any, field: str = "contract_name") -> list[RuleFault]:
    entity = {} if field in VALID else {"entity": "MILESTONE"}
    return faults(rule(fields=(VALID if field in VALID else DEADLINE) | {field: form}, **entity))
