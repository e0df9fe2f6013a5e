"""The auditor's room: the history, filtered, whole as a file, and the check of its chain."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from console.web.context import house_of, must_be, pages
from console.web.downloads import UNKNOWN, kept_as
from console.web.menu import allowed
from console.web.wording import SUBJECTS, action_codes, action_words, history_label
from flows.exporting import cell
from models.actions.sealing import verify
from models.asked import place_asked, span_asked
from models.database import reading
from models.queries.history import PAGE, HistoryFilter, HistoryLine, list_history
from models.queries.people import names
from models.vocabulary import DEMONSTRATION

router = APIRouter()
_ROOM = "/console/audit"
_OFTEN = ("查看联系方式", "登录", "锁定", "提出角色变更", "同意角色变更", "发布", "导入")
_COLUMNS = ("封存序号", "时间", "对象", "编号", "动作", "原状态", "新状态", "经办账号", "经办人", "摘要")
_AT_ONCE = 2000  # rows read for a file


@router.get(_ROOM)
def audit(
    request: Request, subject: str = "", actor: str = "", action: str = "", number: str = "", since: str = "",
    until: str = "", before: str = "",
) -> Response:  # fmt: skip
    must_be(request, *allowed(_ROOM))
    asked = _asked(subject, actor, action, number, since, until)
    wanted = replace(_filter(request, asked), before=place_asked(before))
    with reading(house_of(request).engine) as session:
        lines = list_history(session, wanted)
        known = names(session)
    values = {"lines": lines, "asked": asked, "names": known, "subjects": SUBJECTS, "actions": action_words(),
              "often": _OFTEN, "more": lines[-1].row.id if len(lines) == PAGE else None}  # fmt: skip
    return pages(request).show(request, "audit.html", values)


@router.get(_ROOM + "/export.csv")
def export(
    request: Request, subject: str = "", actor: str = "", action: str = "", number: str = "", since: str = "",
    until: str = "",
) -> Response:  # fmt: skip
    """Everything that the filter finds, each row with its link of the chain."""
    must_be(request, *allowed(_ROOM))
    wanted = _filter(request, _asked(subject, actor, action, number, since, until))
    return StreamingResponse(_file(request, wanted), media_type=UNKNOWN, headers=kept_as("审计记录.csv"))


@router.get(_ROOM + "/chain")
def chain(request: Request) -> Response:
    """Walks the whole chain: a minute for millions of rows, so it has an address of its own."""
    must_be(request, *allowed(_ROOM))
    with reading(house_of(request).engine) as session:
        report = verify(session)
    return pages(request).show(request, "audit_chain.html", {"report": report})


def _asked(subject: str, actor: str, action: str, number: str, since: str, until: str) -> dict[str, str]:
    return {"subject": subject, "actor": actor.strip(), "action": action.strip(), "number": number.strip().upper(),
            "since": since, "until": until}  # fmt: skip


def _filter(request: Request, asked: dict[str, str]) -> HistoryFilter:
    first, last = span_asked(asked["since"], asked["until"], ("since", "until"))
    return HistoryFilter(
        subject=asked["subject"], actor=asked["actor"], number=asked["number"],
        since=_begin(request, first) if first else None,
        until=_begin(request, last + timedelta(days=1)) if last else None,
        actions=action_codes(asked["action"]) if asked["action"] else (),
    )  # fmt: skip


def _file(request: Request, wanted: HistoryFilter) -> Iterator[bytes]:
    """Page by page: the record of years would not fit at once. The mark tells spreadsheets that it is UTF-8."""
    house = house_of(request)
    marks = (DEMONSTRATION,) if house.profile.demonstration else ()
    yield _csv([(*_COLUMNS, *(("说明",) if marks else ()))]).encode("utf-8-sig")
    with reading(house.engine) as session:
        known = names(session)
        while lines := list_history(session, wanted, _AT_ONCE):
            yield _csv([(*_told(request, line, known), *marks) for line in lines]).encode()
            wanted = replace(wanted, before=lines[-1].row.id)


def _told(request: Request, line: HistoryLine, known: dict[str, str]) -> tuple[Any, ...]:
    said, row = pages(request), line.row
    states = [said.state(state, row.subject) if state else "" for state in (row.from_status, row.to_status)]
    return (row.seal, said.moment(row.at), SUBJECTS.get(row.subject, row.subject), line.number or row.subject_id,
            history_label(row), *states, row.actor, known.get(row.actor, ""), row.hash)  # fmt: skip


def _csv(rows: list[tuple[Any, ...]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()


def _begin(request: Request, day: date) -> datetime:
    return datetime.combine(day, time(), house_of(request).settings.zone)
