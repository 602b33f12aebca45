"""An invented release package in the manner of Open Contracting, and its rules."""

from typing import Any

from ingestion.mapping.rules import Rule

MILESTONE: dict[str, Any] = {
    "entity": "MILESTONE",
    "each": ["payload.releases", "item.contracts", "item.implementation.milestones"],
    "id": ["parents[1].ocid", "parent.id", "item.id"],
    "time": "parents[1].date",
    "fields": {
        "contract_id": {"id": ["parents[1].ocid", "parent.id"]},
        "description": "item.description || item.title",
        "end_date": {"value": "item.dueDate", "date": "iso"},
    },
}
RULES = [
    Rule.model_validate(fields)
    for fields in (
        {
            "entity": "CONTRACT",
            "each": ["payload.releases", "item.contracts"],
            "id": ["parent.ocid", "item.id"],
            "time": "item.dateSigned || parent.date",
            "fields": {
                "contract_name": "item.title || parent.tender.title",
                "contract_type": {
                    "value": "parent.tender.mainProcurementCategory",
                    "default": "goods",
                },
                "contract_status": {
                    "value": "item.status",
                    "translate": {"active": "active", "terminated": "terminated"},
                    "default": "pending",
                },
            },
        },
        MILESTONE,
    )
]


def package() -> dict[str, Any]:
    milestones = [
        {"id": "m-1", "title": "Delivery", "dueDate": "2026-03-31T00:00:00+02:00"},
        {"id": 2, "description": "Payment", "dueDate": None},
    ]
    return {
        "publisher": {"name": "Invented Town"},
        "releases": [
            {
                "ocid": "ocds-1",
                "date": "2026-01-30T10:00:00+01:00",
                "tender": {"title": "Pumps", "mainProcurementCategory": "works"},
                "contracts": [
                    {
                        "id": 7,
                        "status": "active",
                        "dateSigned": "2026-01-29T00:00:00Z",
                        "implementation": {"milestones": milestones},
                    },
                    None,
                    {"id": "a/b", "title": "Valves", "status": "draft"},
                ],
            },
            {"ocid": "ocds-2", "date": "2026-01-30T11:00:00Z"},
        ],
    }
