"""Rows of a Markdown table: what, measured, reference, ratio, and what DESIGN asks at least."""

from collections.abc import Callable
from dataclasses import dataclass, field

Row = tuple[str, str, str, str]


@dataclass
class Report:
    rows: list[Row] = field(default_factory=list)

    def add(self, what: str, measured: str, reference: str, asked: str) -> None:
        self.rows.append((what, measured, reference, asked))
        print(f"  {what}: {measured}   [{reference}]   asked: {asked}", flush=True)

    def table(self) -> str:
        lines = ["", "| what | measured | reference in the same run | asked |", "|---|---|---|---|"]
        return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in self.rows)])


def measured(measure: Callable[[Report], None]) -> list[Row]:
    """The rows of one part alone, for a process of its own to find and run."""
    report = Report()
    measure(report)
    return report.rows
