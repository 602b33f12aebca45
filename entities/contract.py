"""A contract, with the types and states of the Open Contracting codelists."""

from typing import ClassVar, Literal

from entities.base import Entity
from entities.fields import EntityId

# Codelists of https://standard.open-contracting.org/1.1/en/schema/codelists/
ContractType = Literal["goods", "works", "services"]  # procurementCategory
ContractStatus = Literal["pending", "active", "cancelled", "terminated"]  # contractStatus


class Contract(Entity):
    """An agreement under which equipment is supplied and milestones are due."""

    entity_name: ClassVar[str] = "CONTRACT"

    contract_id: EntityId
    contract_name: str
    contract_type: ContractType
    contract_status: ContractStatus
