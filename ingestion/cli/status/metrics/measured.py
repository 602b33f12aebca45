"""The metrics of one part: sums, maxima and newest points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Self

from ingestion.cli.status.metrics.series import Point, Points, Role, series_of
from ingestion.cli.status.parts import Part


@dataclass(frozen=True)
class Measured:
    """The points of one part's metrics, by their roles."""

    points: dict[Role, Sequence[Point]]

    @classmethod
    def of(cls, part: Part, namespace: str, points: Points) -> Self:
        """Return the points of a part."""
        wanted = series_of(part, namespace)
        return cls({role: points.get(series, ()) for role, series in wanted.items()})

    def total(self, role: Role, since: datetime | None = None) -> int | None:
        """Return the sum of a metric, or None if the part has no such metric."""
        if role not in self.points:
            return None
        points = self.points[role]
        return int(sum(point.value for point in points if since is None or point.time > since))

    def most(self, role: Role) -> float | None:
        """Return the largest value, if there is any."""
        return max((point.value for point in self.points.get(role, ())), default=None)

    def newest(self, *roles: Role) -> Point | None:
        """Return the newest point of these metrics with a value over 0, if there is any."""
        points = chain.from_iterable(self.points.get(role, ()) for role in roles)
        return max((point for point in points if point.value), default=None)
