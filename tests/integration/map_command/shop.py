"""The mapped sources of the tests, and payloads of them."""

from typing import Any

from tests.support.factories import Json

CATALOG = """\
sources:
  shop:
    path: shop
    entities: [CONTRACT, MILESTONE]
    auth: api_key
    ignore: payload.type == 'ping'
    map:
      - entity: CONTRACT
        when: payload.order
        id: [headers."x-tenant", payload.order.number]
        time: payload.order.changed
        fields:
          contract_name: payload.order.title
          contract_type: {const: goods}
          contract_status:
            value: payload.order.state
            translate: {open: active, done: terminated}
      - entity: MILESTONE
        each: payload.order.deliveries
        id: item.id
        fields:
          contract_id: {id: [headers."x-tenant", payload.order.number]}
          description: {first: [item.text, item.title], optional: true}
          end_date: {value: item.day, date: iso}
  table:
    path: table
    entities: [EQUIPMENT]
    auth: api_key
    files: {delimiter: ";"}
    map:
      - {entity: EQUIPMENT, id: item.number, fields: {cat_id: item.category}}
  native:
    path: native
    entities: [EQUIPMENT]
    auth: api_key
  short:
    path: short
    entities: [EQUIPMENT]
    auth: api_key
    files: {columns: {category: cat_id}, key: [number]}
"""


def order(**changes: Any) -> Json:
    """Return a payload of the shop."""
    deliveries = [{"id": "m-1", "title": "Tower", "day": "2026-02-01T10:00:00Z"}]
    fields = {"number": 7, "changed": "2026-01-31T12:00:00+01:00", "title": "Turbines"}
    return {"order": fields | {"state": "open", "deliveries": deliveries} | changes}
