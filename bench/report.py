"""Rows of a Markdown table: what, measured, reference, ratio, and what DESIGN asks at least."""

from dataclasses import dataclass, field


@dataclass
class Report:
    rows: list[tuple[str, str, str, str]] = field(default_factory=list)

    def add(self, what: str, measured: str, reference: str, asked: str) -> None:
        self.rows.append((what, measured, reference, asked))
        print(f"  {what}: {measured}   [{reference}]   asked: {asked}", flush=True)

    def table(self) -> str:
        lines = ["", "| what | measured | reference in the same run | asked |", "|---|---|---|---|"]
        return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in self.rows)])
