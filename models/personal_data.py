"""Where a citizen's words and data stand in the record, and with what they are replaced once their term is over.

History, events, notices and ids hold none of it (DOMAIN: history and audit hold no text).
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlmodel import SQLModel

from models.tables.calls import CallEntry, CallEntryChange
from models.tables.clocks import ClockRequest
from models.tables.follow_ups import FollowUp, FollowUpAttempt, Reopening
from models.tables.intake import Intake, IntakeRevision
from models.tables.ledger import Callback, CallbackAttempt, Promise
from models.tables.messages import Message, MessageRevision
from models.tables.opinion import OpinionCase
from models.tables.orders import Assignment, Consultation, Rating, Reply, ReturnRequest, WorkOrder
from models.tables.promise_steps import PromiseChange, PromiseCheck, PromiseEvidence, PromiseProgress
from models.tables.supervision import Appeal, Instruction

Blank = Mapping[str, Any]

OF_A_MESSAGE: Final[dict[type[SQLModel], tuple[str, Blank]]] = {
    Message: (
        "id",
        {
            "title": None, "text": None, "sender_name": None, "phone": None, "email": None, "sender_hash": None,
            "region_hint": None, "source_name": None, "url": None, "in_reply_to": None, "attachments": [],
            "findings": {}, "signature": None, "raw_blob": None,
        },
    ),
    MessageRevision: ("message_id", {"title": None, "text": None, "changed": {}, "raw_blob": None}),
    Intake: ("id", {"payload": "", "queue_key": "", "raw_blob": None}),
    IntakeRevision: ("intake_id", {"payload": "", "queue_key": "", "raw_blob": None}),
    CallEntry: ("message_id", {"about_unit": None, "proposal": None, "remark": None}),
    CallEntryChange: ("message_id", {"was": None, "became": None}),
}  # fmt: skip
"""Table → the column that names the message, and the blanks."""

OF_AN_ORDER: Final[dict[type[SQLModel], tuple[str, Blank]]] = {
    WorkOrder: ("id", {"title": ""}),
    Assignment: ("order_id", {"contribution": None, "end_reason": None}),
    Consultation: ("order_id", {"question": "", "outcome": None}),
    ReturnRequest: ("order_id", {"grounds": "", "note": None}),
    ClockRequest: ("order_id", {"grounds": "", "note": None}),
    Reply: ("order_id", {"text": "", "gate": [], "override_note": None, "co_note": None, "review_note": None}),
    Rating: ("order_id", {"comment": None}),
    Reopening: ("order_id", {"words": None}),
    FollowUp: ("order_id", {"words": None, "closed_reason": None}),
    Callback: ("order_id", {"reason": None}),
    Appeal: ("order_id", {"grounds": "", "note": None}),
    Instruction: (
        "order_id",
        {"matter": "", "demand": "", "meeting": None, "dropped_why": None, "feedback": None, "verdict": None},
    ),
    OpinionCase: ("order_id", {"title": "舆情（已到保管期限）", "summary": "", "doubt": None}),
}
"""Table → the column that names the order, and the blanks."""

BELOW: Final[dict[type[SQLModel], tuple[str, type[SQLModel], Blank]]] = {
    CallbackAttempt: ("callback_id", Callback, {"note": None}),
    FollowUpAttempt: ("follow_up_id", FollowUp, {"note": None}),
    PromiseProgress: ("promise_id", Promise, {"text": ""}),
    PromiseEvidence: ("promise_id", Promise, {"name": ""}),
    PromiseChange: ("promise_id", Promise, {"reason": "", "note": None}),
    PromiseCheck: ("promise_id", Promise, {"note": None}),
}
"""Table → the column that names a row of an order's table, that table, and the blanks."""

KEPT: Final[dict[str, str]] = {
    "assignment.rule": "派单依据，不含来信内容",
    "work_order.triage_reasons": "审看原因，是固定用语",
    "message.external_id": "来源编号，用来认出同一来件",
    "intake.external_id": "来源编号，用来认出同一来件",
    "intake.source_where": "来源文件或信箱的位置",
    "record_attempt.last_error": "处理完即删除，只记出错的种类",
    "consultation.units": "单位代码",
    "appeal.before": "单位数字",
    "appeal.after": "单位数字",
    "follow_up.reasons": "固定选项",
    "reopening.reasons": "固定选项",
    "notice.facts": "编号、领域、时限，不含来信内容",
    "promise.*": "承诺台账是公文：登记时只收单位的承诺，公开前另行隐去个人信息",
    "plan_revision.*": "工作要点的新旧文字，不来自来件",
    "edition_item.*": "已公开的选登，发布前已隐去个人信息",
    "opinion_case.*": "舆情处置记录是公文，不记来件人；取自来件的标题、摘要和存疑说明到期清除",
    "opinion_item.*": "只有编号",
}
"""What stays of the tables above and beside them, and why."""
