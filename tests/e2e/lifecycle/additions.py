"""An entity of each form and a source of each kind, which are added to an applied platform."""

from typing import Any

import psutil

from tests.e2e.conftest import Checkout

PUMP = '''"""A pump."""

from typing import ClassVar

from entities.base import Entity
from entities.fields import EntityId, Number


class Pump(Entity):
    """Moves what flows."""

    entity_name: ClassVar[str] = "PUMP"

    pump_id: EntityId
    litres_per_second: Number
    note: str | None = None
'''
VALVE = """description: Closes the line of a pump.
fields:
  valve_id: {type: id}
  pump_id: {type: reference, to: PUMP}
  state: {type: enum, values: [open, closed], required: true}
  checked_at: {type: time}
  is_spare: {type: bool}
  widths: {type: list, of: number}
  visits: {type: list, of: time}
"""
SOURCES = """  sourceD:
    path: d
    entities: [PUMP, VALVE]
    auth: api_key
    rate_per_second: 1
    burst: 2
  sourceH:
    path: h
    entities: [PUMP]
    auth: hmac
  sourceP:
    path: p
    entities: [PUMP]
    auth: basic
  sourceI:
    path: i
    entities: [PUMP]
    auth: iam
    principals: ["arn:aws:iam::000000000000:user/sender"]
    rate_per_second: 1
    burst: 3
  sourceM:
    path: m
    entities: [PUMP]
    auth: api_key
    ignore: payload.type == 'ping'
    map:
      - entity: PUMP
        each: [payload.stations, item.pumps]
        when: "!item.gone"
        id: [parent.no, item.id]
        time: {value: item.at, format: [rfc3339, epoch_ms]}
        fields: {litres_per_second: item.flow, note: item.note}
      - entity: PUMP
        each: [payload.stations, item.pumps]
        when: item.gone
        id: [parent.no, item.id]
        time: {value: item.at, format: [rfc3339, epoch_ms]}
        operation: delete
      - entity: PUMP
        when: payload.pump
        id: payload.pump
        fields: {litres_per_second: payload.flow, note: payload.text}
      - entity: PUMP
        each: payload."p:plant"."p:pump"
        id: item."@id"
        fields: {litres_per_second: item.flow, note: item.note."#text"}
      - entity: PUMP
        when: payload.specversion
        id: payload.subject
        event_id: payload.id
        time: payload.time
        fields: {litres_per_second: payload.data.flow, note: payload.type}
  sourceQ:
    path: q
    entities: [PUMP]
    auth: api_key
    on_invalid: quarantine
    map:
      - entity: PUMP
        each: payload.pumps
        id: item.id
        time: item.at
        fields: {litres_per_second: item.flow}
"""


def add_sources(checkout: Checkout) -> None:
    """Add the entities PUMP in Python and VALVE in YAML, and the sources, to the checkout."""
    (checkout.directory / "entities" / "pump.py").write_text(PUMP)
    (checkout.directory / "entities" / "valve.yaml").write_text(VALVE)
    catalog = checkout.directory / "config" / "sources.yaml"
    catalog.write_text(catalog.read_text() + SOURCES)


def kill_emulator(checkout: Checkout) -> None:
    """Kill the emulator and the functions that it runs."""
    emulator = psutil.Process(int((checkout.state / "emulator.pid").read_text()))
    family = [emulator, *emulator.children(recursive=True)]
    for process in family:
        process.kill()
    psutil.wait_procs(family)


def pump(pump_id: str) -> dict[str, Any]:
    return {"entity_name": "PUMP", "body": {"pump_id": pump_id, "litres_per_second": "2.5"}}
