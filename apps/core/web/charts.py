"""A chart is its table drawn another way: the figures go to the page once, for the eye and for the ear."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Series:
    """One line, or one colour of bars; None is a gap."""

    label: Any
    values: Sequence[float | None]


@dataclass(frozen=True)
class Chart:
    """Shown by `components/chart.html`; the page also loads `components/chart_scripts.html`."""

    id: str
    title: Any
    axis: Any
    labels: Sequence[Any]
    series: Sequence[Series]
    kind: Literal["line", "bar", "doughnut"] = "line"
    unit: str = ""
    stacked: bool = False

    @property
    def data(self) -> dict[str, Any]:
        """What the script reads; no personal data beyond what the page shows anyway."""
        return {
            "kind": self.kind,
            "unit": self.unit,
            "stacked": self.stacked,
            "labels": [str(label) for label in self.labels],
            "series": [{"label": str(s.label), "values": list(s.values)} for s in self.series],
        }

    @property
    def rows(self) -> Iterator[tuple[Any, list[tuple[Any, float | None]]]]:
        """The table beside the drawing."""
        for index, label in enumerate(self.labels):
            yield label, [(series.label, series.values[index]) for series in self.series]
