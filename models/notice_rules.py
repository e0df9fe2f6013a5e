"""Which event tells whom over what (通知规则): a rule says when, an action what, a transport how.

A profile's `notices` replace these rows event by event. Supervision's own readers stand in the ladder, and what
a rule may never do is in the code: a sealed order tells no unit, a citizen's words leave to nobody but himself.
"""

from collections.abc import Sequence
from functools import cache
from typing import Final, Literal

from pydantic import Field

from models.profile_parts import Part

Event = Literal[
    "emergency", "dispatched", "co_handling", "informed", "consulted", "revised", "sent_back", "to_sign", "link",
    "due_soon", "remind", "supervise", "circular", "summons", "yellow_card", "red_card",
    "line_fault",
    "receipt", "reply", "survey", "follow_up", "promise_closed",
]  # fmt: skip
Reader = Literal["unit", "supervisor", "centre", "duty", "citizen"]
Way = Literal["print", "mailto", "sms", "slack", "apprise", "http", "https"]

EVENT_LABELS: Final[dict[str, str]] = {
    "emergency": "紧急", "dispatched": "派单", "co_handling": "协办", "informed": "知会", "consulted": "会商",
    "revised": "来件更新", "sent_back": "退回", "to_sign": "待审签", "link": "办理链接", "due_soon": "临期提醒",
    "remind": "催办", "supervise": "督办", "circular": "通报批评", "summons": "约谈", "yellow_card": "黄牌",
    "red_card": "红牌", "line_fault": "电话整改", "receipt": "回执", "reply": "答复", "survey": "请评价",
    "follow_up": "回访问卷", "promise_closed": "承诺销号",
}  # fmt: skip
WAY_LABELS: Final[dict[str, str]] = {
    "print": "打印", "mailto": "邮件", "sms": "短信", "slack": "Slack", "apprise": "群消息", "http": "接口推送",
    "https": "接口推送",
}  # fmt: skip
_TO_CITIZENS = {"receipt", "reply", "survey", "follow_up", "promise_closed"}
_AT_ANY_HOUR = {"emergency", "link", "receipt", "reply"}
_SINGLE = {"emergency", "link", "to_sign", *_TO_CITIZENS}


class NoticeRule(Part):
    """One event. `over`: the transports that may carry it (none named: all that the reader has).

    `hours`: `daytime` waits for the end of the quiet hours, except for emergencies. `digest`: what is due to one
    unit at the same moment goes in one letter.
    """

    event: Event
    to: list[Reader] = Field(default=["unit"])
    over: list[Way] = Field(default=[])
    hours: Literal["any", "daytime"] = "daytime"
    digest: bool = True

    def carries(self, target: str) -> bool:
        return not self.over or target.partition(":")[0] in self.over


def rule_for(rules: Sequence[NoticeRule], event: str) -> NoticeRule:
    """The profile's row, or the usual one."""
    for rule in rules:
        if rule.event == event:
            return rule
    return _usual(event)


@cache
def _usual(event: str) -> NoticeRule:
    """An event of a newer kind is told as news to a unit is."""
    reader: Reader = "citizen" if event in _TO_CITIZENS else "duty" if event == "emergency" else "unit"
    return NoticeRule.model_construct(
        event=event, to=[reader], over=[], hours="any" if event in _AT_ANY_HOUR else "daytime",
        digest=event not in _SINGLE,
    )  # fmt: skip
