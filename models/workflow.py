"""The allowed moves of a work order, as data. models/actions makes them; nothing else may."""

from dataclasses import dataclass
from enum import StrEnum

from models.errors import Conflict
from models.vocabulary import OrderStatus as S


class Action(StrEnum):
    """Verbs of the closed loop (闭环)."""

    REGISTER = "register"
    DISPATCH = "dispatch"
    ACKNOWLEDGE = "acknowledge"
    CONTACT = "contact"
    ASK_RETURN = "ask_return"
    GRANT_RETURN = "grant_return"
    REFUSE_RETURN = "refuse_return"
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    ASK_PAUSE = "ask_pause"
    GRANT_PAUSE = "grant_pause"
    REFUSE_PAUSE = "refuse_pause"
    RESUME = "resume"
    ASK_HANGING = "ask_hanging"
    GRANT_HANGING = "grant_hanging"
    REFUSE_HANGING = "refuse_hanging"
    REVIEW_HANGING = "review_hanging"
    CONTRIBUTE = "contribute"
    CONVENE = "convene"
    CONCLUDE = "conclude"
    WRITE_REPLY = "write_reply"
    SIGN_OFF = "sign_off"
    REFUSE_SIGN_OFF = "refuse_sign_off"
    APPROVE_REPLY = "approve_reply"
    REFUSE_REPLY = "refuse_reply"
    ANSWER_AT_ONCE = "answer_at_once"
    CLOSE = "close"
    REOPEN = "reopen"
    REOPEN_AT_DESK = "reopen_at_desk"
    DECLINE = "decline"
    DIVERT = "divert"
    MERGE = "merge"
    UNMERGE = "unmerge"
    WITHDRAW = "withdraw"
    VOID = "void"
    RECLASSIFY = "reclassify"
    SET_URGENCY = "set_urgency"
    UNDO_DISPATCH = "undo_dispatch"
    UNDO_RECLASSIFY = "undo_reclassify"
    UNDO_SET_URGENCY = "undo_set_urgency"
    JOIN = "join"
    REVISE = "revise"
    SEAL = "seal"
    UNSEAL = "unseal"


ACTION_LABELS: dict[str, str] = {
    "register": "登记",
    "dispatch": "派单",
    "acknowledge": "签收",
    "contact": "首次联系",
    "ask_return": "申请退单",
    "grant_return": "同意退单",
    "refuse_return": "驳回退单",
    "ask_extension": "申请延期",
    "grant_extension": "同意延期",
    "refuse_extension": "驳回延期",
    "ask_pause": "申请暂停计时",
    "grant_pause": "同意暂停计时",
    "refuse_pause": "驳回暂停计时",
    "resume": "恢复计时",
    "ask_hanging": "申请挂账",
    "grant_hanging": "批准挂账",
    "refuse_hanging": "驳回挂账",
    "review_hanging": "挂账复查",
    "contribute": "反馈协办意见",
    "convene": "发起会商",
    "conclude": "会商结论",
    "write_reply": "拟写答复",
    "sign_off": "单位审签",
    "refuse_sign_off": "审签退回",
    "approve_reply": "审核通过并答复",
    "refuse_reply": "审核退回",
    "answer_at_once": "当场答复",
    "close": "办结",
    "reopen": "重办",
    "reopen_at_desk": "重办（回避，另行派单）",
    "decline": "不予受理",
    "divert": "分流",
    "merge": "并单",
    "unmerge": "撤销并单",
    "withdraw": "撤回",
    "void": "作废",
    "reclassify": "更正领域",
    "set_urgency": "更正紧急程度",
    "undo_dispatch": "撤销派单",
    "undo_reclassify": "撤销更正",
    "undo_set_urgency": "撤销紧急程度更正",
    "join": "并入来件",
    "revise": "来件更新",
    "seal": "转为密封件",
    "unseal": "解除密封",
}

_AT_WORK = frozenset({S.DISPATCHED, S.HANDLING, S.RETURNING, S.SIGNING, S.REVIEWING})
AT_UNIT = frozenset({S.DISPATCHED, S.HANDLING})
OPEN = frozenset({S.TRIAGE}) | _AT_WORK
OPEN_STATUSES = tuple(sorted(status.value for status in OPEN))  # as the tables have them: no driver knows a Word
ENDED = frozenset(S) - OPEN


@dataclass(frozen=True, slots=True)
class Move:
    """From which states an action may start, and where it leads (None: the state stays)."""

    starts: frozenset[S]
    ends: S | None


MOVES: dict[Action, Move] = {
    Action.DISPATCH: Move(frozenset({S.TRIAGE, S.DISPATCHED, S.HANDLING}), S.DISPATCHED),
    Action.ACKNOWLEDGE: Move(frozenset({S.DISPATCHED}), S.HANDLING),
    Action.CONTACT: Move(frozenset({S.DISPATCHED, S.HANDLING, S.SIGNING}), None),
    # A unit may find out only while handling that the matter is not its own.
    Action.ASK_RETURN: Move(AT_UNIT, S.RETURNING),
    Action.GRANT_RETURN: Move(frozenset({S.RETURNING}), S.TRIAGE),
    Action.REFUSE_RETURN: Move(frozenset({S.RETURNING}), S.HANDLING),
    # A request for more time leaves the order where it is, and may be decided wherever it has got to by then.
    Action.ASK_EXTENSION: Move(AT_UNIT, None),
    Action.GRANT_EXTENSION: Move(OPEN, None),
    Action.REFUSE_EXTENSION: Move(OPEN, None),
    Action.ASK_PAUSE: Move(AT_UNIT, None),
    Action.GRANT_PAUSE: Move(OPEN, None),
    Action.REFUSE_PAUSE: Move(OPEN, None),
    Action.RESUME: Move(OPEN, None),
    Action.ASK_HANGING: Move(AT_UNIT, None),
    Action.GRANT_HANGING: Move(OPEN, None),
    Action.REFUSE_HANGING: Move(OPEN, None),
    Action.REVIEW_HANGING: Move(OPEN, None),
    Action.CONTRIBUTE: Move(OPEN, None),
    Action.CONVENE: Move(OPEN, None),
    # What was agreed is written down even where the answer went out before it.
    Action.CONCLUDE: Move(frozenset(S), None),
    Action.WRITE_REPLY: Move(frozenset({S.HANDLING}), S.SIGNING),
    Action.SIGN_OFF: Move(frozenset({S.SIGNING}), S.REVIEWING),
    Action.REFUSE_SIGN_OFF: Move(frozenset({S.SIGNING}), S.HANDLING),
    Action.APPROVE_REPLY: Move(frozenset({S.REVIEWING}), S.REPLIED),
    Action.REFUSE_REPLY: Move(frozenset({S.REVIEWING}), S.HANDLING),
    # A 重复件 that a machine had dispatched is told the earlier answer while no unit has taken it up.
    Action.ANSWER_AT_ONCE: Move(frozenset({S.TRIAGE, S.DISPATCHED}), S.REPLIED),
    Action.CLOSE: Move(frozenset({S.REPLIED}), S.CLOSED),
    # A dissatisfied citizen reopens also what was closed: a new clock, the same number.
    Action.REOPEN: Move(frozenset({S.REPLIED, S.CLOSED}), S.DISPATCHED),
    # Where it has turned out to be about its own unit, the desk sends it to another.
    Action.REOPEN_AT_DESK: Move(frozenset({S.REPLIED, S.CLOSED}), S.TRIAGE),
    Action.DECLINE: Move(frozenset({S.TRIAGE}), S.DECLINED),
    Action.DIVERT: Move(frozenset({S.TRIAGE}), S.DIVERTED),
    Action.MERGE: Move(OPEN, S.MERGED),
    Action.UNMERGE: Move(frozenset({S.MERGED}), S.TRIAGE),
    Action.WITHDRAW: Move(OPEN, S.WITHDRAWN),
    Action.VOID: Move(frozenset({S.TRIAGE}), S.VOID),
    Action.RECLASSIFY: Move(OPEN, None),
    Action.SET_URGENCY: Move(OPEN, None),
    # By whoever made the step, while nobody has acted since.
    Action.UNDO_DISPATCH: Move(frozenset({S.DISPATCHED}), S.TRIAGE),
    Action.UNDO_RECLASSIFY: Move(OPEN, None),
    Action.UNDO_SET_URGENCY: Move(OPEN, None),
    Action.JOIN: Move(frozenset(S), None),
    Action.REVISE: Move(frozenset(S), None),
    # What is found to be an accusation leaves the unit's hands wherever it stands.
    Action.SEAL: Move(frozenset(S), S.TRIAGE),
    Action.UNSEAL: Move(frozenset({S.TRIAGE}), S.TRIAGE),
}


class MoveRefused(Conflict):
    """工单当前状态不允许此操作。"""


def target(action: Action, status: str, number: str = "") -> S:
    """Where `action` leads from `status`; MoveRefused where the loop has no such move."""
    move, now = MOVES[action], S(status)
    if now not in move.starts:
        allowed = "、".join(s.label for s in S if s in move.starts)
        raise MoveRefused(
            f"工单 {number} 现为“{now.label}”，不能{ACTION_LABELS[action]}（须为：{allowed}）。"
            "可能已有人处理，请刷新查看。"
        )
    return move.ends or now
