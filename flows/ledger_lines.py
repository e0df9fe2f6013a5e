"""What a ledger import works on: one line or task of a file, what becomes of it, and what a person must look at."""

from dataclasses import dataclass, field

from models.actions.ledger_entries import Entry, PlanHead


@dataclass(slots=True)
class Line:
    """What can't be entered has no `entries`, and `problems` says why; a task that recurs in several ways has several.

    `where` names the file and the place.
    """

    where: str
    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Lines:
    """A file's lines in its order, and what concerns the file as a whole."""

    lines: list[Line]
    remarks: list[str] = field(default_factory=list)
    plan: PlanHead | None = None
    counts: dict[str, int] = field(default_factory=dict)
