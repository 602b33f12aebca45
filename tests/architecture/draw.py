"""Draws docs/architecture.svg from what Terraform plans: `make architecture`."""

from collections.abc import Mapping
from html import escape
from pathlib import Path

from infra.tools.paths import ROOT
from tests.architecture.flows import ENDPOINT, READERS, SOURCES, Arrow, Part, arrows, modules, parts
from tests.architecture.layout import BESIDE, PLACES, ROUTES, Place, Route
from tests.support.terraform.planned import Plan
from tests.support.terraform.planning import plan

PICTURE = ROOT / "docs" / "architecture.svg"
BOX_WIDTH, BOX_HEIGHT = 138, 66
COLUMN, ROW = 172, 104
LEFT, TOP = 24, 24
WIDTH, HEIGHT = 2 * LEFT + 6 * COLUMN + BOX_WIDTH, TOP + 6 * ROW + 30
CORNER, SIDE = 8, 17
STACK = 3  # Pixels between the boxes of a repeated part.
OUTSIDE = {
    SOURCES: Part("your systems"),
    READERS: Part("programs, people"),
    ENDPOINT: Part("your HTTPS server"),
}
COLOURS = {
    "Lambda": "lambda",
    "SNS FIFO": "queue",
    "SQS FIFO": "queue",
    "SQS": "queue",
    "S3": "store",
    "DynamoDB": "store",
    "API Gateway": "api",
}
STYLE = """
  .page { fill: #ffffff; } .box { fill: #f6f8fa; stroke: #c4cbd3; }
  .dead .box { stroke-dasharray: 5 3; }
  text { fill: #1f2328; font: 600 14.5px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
  .small { fill: #59636e; font-size: 12px; font-weight: 400; }
  .bar { fill: #6e7781; } .lambda .bar { fill: #d9730d; } .queue .bar { fill: #cf3f7f; }
  .store .bar { fill: #2a6fdb; } .api .bar { fill: #8250df; } .dead .bar { fill: #cf222e; }
  .line { fill: none; stroke-width: 1.8; } .event { stroke: #1f2328; } .read { stroke: #0969da; }
  .lost { stroke: #cf222e; stroke-dasharray: 5 3; }
  .head-event { fill: #1f2328; } .head-read { fill: #0969da; } .head-lost { fill: #cf222e; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117; } .box { fill: #161b22; stroke: #4a525c; }
    text { fill: #e6edf3; } .small { fill: #9aa4af; }
    .event { stroke: #e6edf3; } .read { stroke: #58a6ff; } .lost { stroke: #ff7b72; }
    .head-event { fill: #e6edf3; } .head-read { fill: #58a6ff; } .head-lost { fill: #ff7b72; }
    .dead .bar { fill: #ff7b72; }
  }
"""
KINDS = {"event": "event", "read": "read", "dead": "lost"}
Point = tuple[float, float]


class Misfit(Exception):
    """The layout and the plan differ: the message says what to add or remove."""


def picture(planned: Plan) -> str:
    """Return the SVG. Raises Misfit for a part, an arrow or a module that has no place."""
    found, flows = parts(planned), arrows(planned)
    shown = {name: part for name, part in found.items() if name.partition(".")[0] not in BESIDE}
    drawn = shown | {name: part for name, part in OUTSIDE.items() if _is_used(name, flows)}
    _require("part", set(drawn), set(PLACES))
    _require("arrow", {(flow.start, flow.end) for flow in flows}, set(ROUTES))
    _require("module", set(modules()), {*BESIDE, *(name.partition(".")[0] for name in shown)})
    dead = {flow.end for flow in flows if flow.kind == "dead"}
    lines = [_line(flow, drawn) for flow in sorted(flows)]
    boxes = [_box(PLACES[name], part, name in dead) for name, part in sorted(drawn.items())]
    return "\n".join([*_head(), *lines, *boxes, *_legend(), "</svg>", ""])


def _is_used(name: str, flows: set[Arrow]) -> bool:
    return any(name in (flow.start, flow.end) for flow in flows)


def _require(what: str, found: set[object], placed: set[object]) -> None:
    if missing := found - placed:
        raise Misfit(f"add to tests/architecture/layout.py: {what} {missing}")
    if gone := placed - found:
        raise Misfit(f"remove from tests/architecture/layout.py: {what} {gone}")


def _head() -> list[str]:
    heads = [
        f'<marker id="{kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
        f' markerUnits="userSpaceOnUse" orient="auto">'
        f'<path class="head-{kind}" d="M0 0L8 4L0 8z"/></marker>'
        for kind in KINDS.values()
    ]
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' width="{WIDTH}" height="{HEIGHT}" role="img">',
        "<title>Architecture</title>",
        f"<style>{STYLE}</style>",
        f"<defs>{''.join(heads)}</defs>",
        f'<rect class="page" width="{WIDTH}" height="{HEIGHT}" rx="12"/>',
    ]


def _frame(place: Place) -> tuple[float, float, float]:
    """Return left, top and height of a box."""
    height = (place.rows - 1) * ROW + BOX_HEIGHT
    return LEFT + place.column * COLUMN, TOP + place.row * ROW, height


def _box(place: Place, part: Part, is_dead: bool) -> str:
    x, y, height = _frame(place)
    kind = "dead" if is_dead else COLOURS.get(part.service, "outside")
    captions = [part.service, *([f"one per {part.per}"] if part.per else [])]
    line = y + height / 2 + 5 - 8 * len(captions)
    return "\n".join(
        [
            f'<g class="{kind}">',
            *(
                _rectangle("box", x + behind, y - behind, BOX_WIDTH, height)
                for behind in ((2 * STACK, STACK, 0) if part.per else (0,))
            ),
            _rectangle("bar", x, y, 5, height),
            f'<text x="{x + 15}" y="{line:g}">{escape(place.label)}</text>',
            *(
                f'<text class="small" x="{x + 15}" y="{line + 17 * n:g}">{escape(text)}</text>'
                for n, text in enumerate(captions, 1)
            ),
            "</g>",
        ]
    )


def _rectangle(kind: str, x: float, y: float, width: float, height: float) -> str:
    radius = min(6, width / 2)
    size = f'width="{width}" height="{height}" rx="{radius:g}"'
    return f'<rect class="{kind}" x="{x}" y="{y}" {size}/>'


def _point(place: Place, side: str, along: float, stack: int) -> Point:
    x, y, height = _frame(place)
    row, within = divmod(along, 1)
    return {
        "left": (x, y + row * ROW + within * BOX_HEIGHT),
        "right": (x + BOX_WIDTH + stack, y + row * ROW + within * BOX_HEIGHT),
        "top": (x + along * BOX_WIDTH, y - stack),
        "bottom": (x + along * BOX_WIDTH, y + height),
    }[side]


def _line(arrow: Arrow, drawn: Mapping[str, Part]) -> str:
    route, kind = ROUTES[arrow.start, arrow.end], KINDS[arrow.kind]
    stacks = [2 * STACK if drawn[name].per else 0 for name in (arrow.start, arrow.end)]
    start = _point(PLACES[arrow.start], route.leaves, route.start, stacks[0])
    end = _point(PLACES[arrow.end], route.enters, route.end, stacks[1])
    path = _path([start, *_bends(start, end, route), end])
    return f'<path class="line {kind}" d="{path}" marker-end="url(#{kind})"/>'


def _bends(start: Point, end: Point, route: Route) -> list[Point]:
    """Return the corners of a line."""
    (x1, y1), (x2, y2) = start, end
    match route.leaves, route.enters:
        case ("right", "right"):
            across = max(x1, x2) + SIDE
            return [(across, y1), (across, y2)]
        case ("bottom", "top"):
            across = y2 - (ROW - BOX_HEIGHT) / 2
            return [] if x1 == x2 else [(x1, across), (x2, across)]
        case ("bottom", "right"):
            return [(x1, y2)]
        case ("top", "top"):
            return [(x1, min(y1, y2) - SIDE), (x2, min(y1, y2) - SIDE)]
        case ("top", "bottom"):
            across = y2 + (ROW - BOX_HEIGHT) * 2 / 3
            return [(x1, across), (x2, across)]
        case ("right", "bottom"):
            beside, across = max(x1, x2) + SIDE, y2 + (ROW - BOX_HEIGHT) / 3
            return [(beside, y1), (beside, across), (x2, across)]
    across = (x1 + x2) / 2
    return [] if abs(y1 - y2) < 1 else [(across, y1), (across, y2)]


def _path(points: list[Point]) -> str:
    """Return the path through these points, with round corners."""
    pieces = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        pieces += [
            f"L{_near(corner, before)}",
            f"Q{corner[0]:g} {corner[1]:g} {_near(corner, after)}",
        ]
    return " ".join([*pieces, f"L{points[-1][0]:g} {points[-1][1]:g}"])


def _near(corner: Point, other: Point) -> str:
    """Return the point at most `CORNER` from the corner towards the other."""
    (x, y), (to_x, to_y) = corner, other
    length = abs(to_x - x) + abs(to_y - y)
    share = min(CORNER, length / 2) / length if length else 0
    return f"{x + (to_x - x) * share:g} {y + (to_y - y) * share:g}"


def _legend() -> list[str]:
    """Return what the lines mean, and the modules that serve all others."""
    y = HEIGHT - 24
    texts = {"event": "events and data", "read": "queries", "lost": "dead letters"}
    legend = []
    for place, (kind, text) in enumerate(texts.items()):
        row = TOP + 5 * ROW + 10 + 24 * place
        legend += [
            f'<path class="line {kind}" d="M{LEFT} {row}h36" marker-end="url(#{kind})"/>',
            f'<text class="small" x="{LEFT + 48}" y="{row + 4}">{text}</text>',
        ]
    beside = "  ·  ".join(["Also", *(BESIDE[name] for name in modules() if name in BESIDE)])
    return [*legend, f'<text class="small" x="{LEFT}" y="{y}">{escape(beside)}</text>']


def main(file: Path = PICTURE) -> None:
    """Write the picture."""
    file.write_text(picture(plan()))


if __name__ == "__main__":
    main()
