"""Which column of an office's list of orders is what, and what its words for a state mean."""

from collections.abc import Mapping, Sequence

from channels.hotline.columns import COMMON as CALL
from channels.hotline.columns import LABELS as CALL_LABELS
from models.vocabulary import OrderStatus as S

_OF_A_CALL = ("external_id", "caller", "phone", "title", "text", "region", "agent", "confidential", "may_publish")
LABELS: dict[str, str] = {field: CALL_LABELS[field] for field in _OF_A_CALL} | {
    "received_at": "来件时间",
    "channel": "来源渠道",
    "status": "工单状态",
    "unit": "承办单位",
    "co_units": "协办单位",
    "domain": "诉求领域",
    "kind": "诉求类型",
    "accepted_at": "受理时间",
    "dispatched_at": "派单时间",
    "due": "办理期限",
    "replied_at": "答复时间",
    "closed_at": "办结时间",
    "reply": "答复内容",
    "writer": "答复人",
    "outcome": "办理结果",
}
COMMON: Mapping[str, Sequence[str]] = {
    **{field: CALL[field] for field in _OF_A_CALL},
    "received_at": ("来件时间", "来电时间", "收件时间", "登记时间", "诉求时间", "反映时间", "创建时间"),
    "channel": ("来源渠道", "诉求来源", "受理渠道", "渠道", "来源"),
    "status": ("工单状态", "办理状态", "当前状态", "处理状态", "状态"),
    "unit": ("承办单位", "主办单位", "责任单位", "办理单位", "承办部门"),
    "co_units": ("协办单位", "协办部门"),
    "domain": ("诉求领域", "诉求分类", "领域", "一级分类", "分类"),
    "kind": ("诉求类型", "工单类型", "类型"),
    "accepted_at": ("受理时间", "受理日期", "接件时间"),
    "dispatched_at": ("派单时间", "交办时间", "转办时间", "派单日期"),
    "due": ("办理期限", "办结期限", "办理时限", "截止时间", "到期时间", "应办结时间", "限办日期"),
    "replied_at": ("答复时间", "回复时间", "反馈时间", "答复日期"),
    "closed_at": ("办结时间", "结案时间", "归档时间", "办结日期"),
    "reply": ("答复内容", "回复内容", "办理情况", "处理结果", "答复意见"),
    "writer": ("答复人", "经办人", "承办人"),
    "outcome": ("办理结果", "解决情况", "办结类型"),
}
# What was on its way between two desks there is with the unit here: it takes that step again, on record.
STATES: Mapping[str, S] = {
    **{status.label: status for status in (S.TRIAGE, S.DISPATCHED, S.HANDLING, S.REPLIED, S.CLOSED)},
    **{status.label: status for status in (S.DECLINED, S.DIVERTED, S.WITHDRAWN, S.VOID)},
    **dict.fromkeys(("待受理", "待派单", "未派单", "待分派", "新建", "退单审核"), S.TRIAGE),
    **dict.fromkeys(("已派单", "已转办", "已交办", "未签收"), S.DISPATCHED),
    **dict.fromkeys(("处理中", "已签收", "在办", "未办结", "待审签", "待审核", "待答复"), S.HANDLING),
    **dict.fromkeys(("已回复", "待评价", "待回访"), S.REPLIED),
    **dict.fromkeys(("办结", "已结案", "已归档", "已完成", "已关闭"), S.CLOSED),
    **dict.fromkeys(("不受理", "不予办理"), S.DECLINED),
    **dict.fromkeys(("已转信访", "引导分流"), S.DIVERTED),
    **dict.fromkeys(("已撤诉", "撤单"), S.WITHDRAWN),
    **dict.fromkeys(("作废", "已作废", "无效工单"), S.VOID),
}
