"""`huiyin orders import`: an office's existing orders, with their own numbers, dates, states and replies."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channels.options import ReadOptions
from channels.past_columns import LABELS
from channels.past_orders import read_past_orders
from flows.house import House
from flows.judging import as_json
from models import identity
from models.actions.importing import Imported, import_orders
from models.actions.intake import intake_row, without_message
from models.actors import SYSTEM
from models.blobs import BlobStore, MemoryBlobs
from models.database import writing
from models.errors import BadProfile
from models.inbound import Accepted, Quarantined
from models.past_orders import Import, PastOrder
from models.payload import MESSAGE, Envelope
from models.registration import Registration
from responders.past_orders import UnknownUnit, past_plan

if TYPE_CHECKING:
    from classifiers.judgement import Findings

_BATCH = 200
_TAKEN = "工单编号已被本系统的另一件工单使用，未导入；请核对编号或来源渠道"
_CHANGED = "已导入过，但内容与现在的不同，未改动；以本系统的工单为准"


@dataclass(slots=True)
class _Result:
    read: int = 0
    imported: Imported = field(default_factory=Imported)
    problems: list[dict[str, str]] = field(default_factory=list)

    def tell(self, where: str, why: str) -> None:
        self.problems.append({"where": where, "why": why})


def import_file(house: House, source: Path, now: datetime, *, dry_run: bool = False) -> dict[str, Any]:
    """{"read","entered","duplicates","problems":[{"where","why"}]}; every row is one of the three.

    A row that can't be entered is named with what to do, and the others go on. The same file again enters
    nothing. A dry run says the same and keeps nothing. Raises BadInput for a file that is no table.
    """
    result = _Result()
    blobs: BlobStore = MemoryBlobs() if dry_run else house.blobs
    rows = _readable(read_past_orders(source, _options(house, now)), result)
    while batch := list(islice(rows, _BATCH)):
        imports = _planned(house, batch, result)
        intakes = [_intake(house, entry.past, blobs, now) for entry in imports]
        with writing(house.engine) as session:
            done = import_orders(session, imports, intakes, house.office, SYSTEM, now)
            if dry_run:
                session.rollback()
        result.imported.add(done)
    for where in result.imported.taken:
        result.tell(where, _TAKEN)
    for where in result.imported.changed:
        result.tell(where, _CHANGED)
    return {
        "read": result.read, "entered": result.imported.entered, "duplicates": result.imported.duplicates,
        "problems": result.problems,
    }  # fmt: skip


def _options(house: House, now: datetime) -> ReadOptions:
    columns = house.profile.order_columns
    if strange := sorted(set(columns) - set(LABELS) - set(LABELS.values())):
        raise BadProfile(f"order_columns 中不认识的字段“{'、'.join(strange)}”，可用：{'、'.join(LABELS.values())}")
    return ReadOptions(now=now, zone=house.settings.zone, columns=columns)


def _readable(rows: Iterable[PastOrder | Quarantined], result: _Result) -> Iterator[PastOrder]:
    """The same number again in a file is known by the second batch; in one batch it is told apart on writing."""
    for row in rows:
        result.read += 1
        if isinstance(row, Quarantined):
            result.tell(row.where, row.reason)
        else:
            yield row


def _planned(house: House, batch: Sequence[PastOrder], result: _Result) -> list[Import]:
    from classifiers.text import Text

    texts = [
        Text(id=past.number, text=past.message.text, title=past.message.title, time=past.message.received_at,
             region_hint=past.message.region_hint)
        for past in batch
    ]  # fmt: skip
    imports = []
    for past, found in zip(batch, house.judgement.findings(texts), strict=True):
        try:
            imports.append(Import(past, _registration(house, past, found)))
        except UnknownUnit as unknown:
            result.tell(past.where, str(unknown))
    return imports


def _registration(house: House, past: PastOrder, found: "Findings") -> Registration:
    planned = past_plan(past, found, house.profile)
    intake = identity.inbox_id(past.message.channel, past.message.external_id)
    return Registration(
        envelope=Envelope(MESSAGE, intake, intake, past.message, [], None),
        plan=planned,
        findings=as_json(found),
        model_version=found.model_version,
        tokens="" if planned.sealed else found.tokens,
        signature=found.signature,
    )


def _intake(house: House, past: PastOrder, blobs: BlobStore, now: datetime) -> dict[str, Any]:
    """As if collected and carried already: when the same call is collected later, it is known."""
    row = intake_row(Accepted(past.message, past.raw, past.where), blobs, house.secret, now)
    return without_message(row) | {"relayed_at": now}
