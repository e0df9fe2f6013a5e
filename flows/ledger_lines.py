"""What a ledger import works on: one line or task of a file, what becomes of it, and what a person must look at."""

from dataclasses import dataclass, field

from models.actions.ledger_entries import Entry


@dataclass(slots=True)
class Line:
    """`entry` is None for what can't be entered; `problems` then says why. `where` names the file and the place."""

    where: str
    entry: Entry | None = None
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Lines:
    """A file's lines in its order, and what concerns the file as a whole."""

    lines: list[Line]
    remarks: list[str] = field(default_factory=list)
