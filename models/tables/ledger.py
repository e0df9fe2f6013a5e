"""The promise ledger (承诺台账) and callbacks (回电)."""

from datetime import date, datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from models.calling_words import CallbackStatus
from models.promise_words import PromiseState
from models.tables.base import BigId, Json, Utc


class Promise(SQLModel, table=True):
    """One promise or task (承诺、任务); overdue is computed from `due` and now.

    `first_due`: the date that stood when it was confirmed; an approved change moves `due` alone. `choices`: what a
    damaged date may have been (ISO days), for a person. `every`, `times`: a recurring task, `round` counts its
    entries, which share `series`. `published_*`: when and where it was made public (公开情况). `public_text` is shown
    to citizens once `public_by` proposed and `public_ok_by`, somebody else, approved it.
    """

    __tablename__ = "promise"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    order_id: int | None = Field(default=None, foreign_key="work_order.id", index=True, sa_type=BigId)
    reply_id: int | None = Field(default=None, foreign_key="reply.id", sa_type=BigId)
    source: str = Field(max_length=20)
    source_ref: str = Field(default="", max_length=200)
    unit: str = Field(max_length=60, index=True)
    text: str = Field(sa_type=Text)
    start: int | None = None
    end: int | None = None
    level: str = Field(max_length=12)
    due: date | None = None
    due_expr: str | None = Field(default=None, max_length=60)
    first_due: date | None = None
    choices: list[str] | None = Field(default=None, sa_type=Json)
    plan_id: int | None = Field(default=None, foreign_key="work_plan.id", index=True, sa_type=BigId)
    task: str | None = Field(default=None, max_length=40)
    every: str | None = Field(default=None, max_length=8)
    times: int = 1
    series: int | None = Field(default=None, index=True, sa_type=BigId)
    round: int = 1
    made_at: datetime = Field(sa_type=Utc)
    state: str = Field(default=PromiseState.TO_CONFIRM.value, max_length=12, index=True)
    confirmed_by: str | None = Field(default=None, max_length=60)
    progress: str | None = Field(default=None, sa_type=Text)
    reported_by: str | None = Field(default=None, max_length=60)
    reported_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_by: str | None = Field(default=None, max_length=60)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    reason: str | None = Field(default=None, sa_type=Text)
    published_at: datetime | None = Field(default=None, sa_type=Utc)
    published_url: str | None = Field(default=None, sa_type=Text)
    published_where: str | None = Field(default=None, max_length=200)
    public_text: str | None = Field(default=None, sa_type=Text)
    public_by: str | None = Field(default=None, max_length=60)
    public_ok_by: str | None = Field(default=None, max_length=60)
    public_ok_at: datetime | None = Field(default=None, sa_type=Utc)
    version: int = 1


class Callback(SQLModel, table=True):
    """A call that was not answered on the spot: the caller hears from us within 5 workdays (C 二(三)17)."""

    __tablename__ = "callback"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    order_id: int = Field(foreign_key="work_order.id", index=True, sa_type=BigId)
    unit: str = Field(max_length=60)
    due_at: datetime = Field(sa_type=Utc)
    status: str = Field(default=CallbackStatus.DUE.value, max_length=12, index=True)
    next_at: datetime | None = Field(default=None, sa_type=Utc)  # when the retry plan has it tried again
    done_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_by: str | None = Field(default=None, max_length=60)
    reason: str | None = Field(default=None, sa_type=Text)  # why it was closed without having reached anybody
    version: int = 1


class CallbackAttempt(SQLModel, table=True):
    """One try to reach the caller."""

    __tablename__ = "callback_attempt"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    callback_id: int = Field(foreign_key="callback.id", index=True, sa_type=BigId)
    at: datetime = Field(sa_type=Utc)
    by: str = Field(max_length=60)
    result: str = Field(max_length=20)
    note: str | None = Field(default=None, sa_type=Text)  # what was answered (回复内容), or how it went
    opinion: str | None = Field(default=None, max_length=20)  # 来电人意见
