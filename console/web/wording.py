"""What the history's codes are called in Chinese; the loop's own moves have theirs in models/workflow.py."""

from models.actions.looking import UNMASK
from models.contact_words import LookReason
from models.notice_rules import EVENT_LABELS, WAY_LABELS
from models.tables.record import History
from models.workflow import ACTION_LABELS

SUBJECTS = {
    "order": "工单", "call": "来电登记", "contacts": "导出联系方式",
    "callback": "回电", "follow_up": "回访", "draw": "回访抽取", "line": "对外联系电话",
    "line_fault": "电话整改", "promise": "承诺", "edition": "选登", "user": "账号", "clock": "时限",
    "quarantine": "隔离件", "erasure": "到期清除", "delivery": "通知", "model": "模型",
    "instruct": "督办文书", "calendar": "日历",
    "template": "文书模板",
    "knowledge": "问答条目", "solicitation": "征集意见", "hall": "大厅办件",
    "dead_letter": "处理失败件", "webhook": "事件订阅", "feed": "期限日历", "figures": "指标公开",
    "opinion": "舆情", "policy": "政策", "problem": "共性问题",
}  # fmt: skip
_ACTIONS = ACTION_LABELS | {
    "rate": "评价", "open": "新建", "attempt": "记录拨打", "order_ended": "工单已结束", "enter": "登记",
    "give_up": "多次未接通，结束", "mail": "寄发问卷", "check": "拨测", "fault": "转整改",
    "restore": "恢复",
    "confirm": "确认", "strike": "剔除", "report": "上报兑现", "send_back": "核验退回", "create": "新建",
    "change_password": "修改口令", "enrol_factor": "启用动态码", "drop_factor": "停用动态码",
    "renew_recovery": "更换恢复码", "use_recovery": "使用恢复码", "propose_reset": "提出重置动态码",
    "refuse_reset": "退回动态码重置", "withdraw_reset": "撤回动态码重置", "reset_factor": "取消动态码",
    "set_password": "重设口令", "propose_password": "提出重设口令",
    "refuse_password": "退回口令重设", "withdraw_password": "撤回口令重设",
    "propose_role": "提出角色变更", "agree_role": "同意角色变更",
    "refuse_role": "退回角色变更", "withdraw_role": "撤回角色变更",
    "disclose": "确定公开属性", "sign_in": "登录", "locked": "锁定",
    "deactivate": "停用", "activate": "启用",
    "propose_erasure": "提出清除", "approve_erasure": "批准清除", "erase": "清除来件信息",
    "resolve": "处理", "due_soon": "临期提醒", "remind": "催办", "supervise": "督办", "circular": "通报批评",
    "summons": "约谈", "yellow_card": "黄牌", "red_card": "红牌", "ring": "值班通知",
    "confirm_ring": "值班确认", "clear_unit": "回避核实", "likely_repeat": "发现疑似重复件",
    "no_repeat": "核对：不是重复件",
    "resend": "重新发送", "replay": "重新送入队列", "draw": "抽取", "compile": "编选", "edit": "修改",
    "review": "审核", "review_secrecy": "保密审查", "review_first": "初审", "review_second": "复审",
    "review_final": "终审", "publish": "发布", "recompute": "重算期限", "import": "导入", "promote": "启用版本",
    "rollback": "退回版本", "unmask": "查看联系方式", "export_contacts": "导出联系方式",
    "ask_contacts": "申请导出", "grant_contacts": "批准导出", "refuse_contacts": "不批准导出",
    "take_contacts": "下载联系方式", "may_sign": "设为审签人", "chat_person": "登记聊天账号",
    "no_chat_person": "取消聊天账号",
    "may_not_sign": "设为承办人", "propose": "拟定", "approve_knowledge": "审核通过",
    "refuse_knowledge": "退回", "retire": "停用", "deputise": "指定B岗", "draft": "拟稿", "issue": "签发",
    "drop": "不予发出", "put_template": "更换模板", "drop_template": "恢复自带模板", "answer": "反馈", "verify": "核查",
    "add_items": "归并来件", "correct": "更正要素", "grade": "研判定级", "confirm_unit": "确认联动单位",
    "propose_unit": "增加联动单位", "doubt": "标注待核实", "bear_out": "核实属实",
    "record_finding": "登记查明结论", "check_finding": "核对查明结论",
    "report_up": "上报", "hold_conference": "登记新闻发布会", "draft_line": "拟写口径",
    "consult_line": "发起口径会商",
    "say": "反馈会商意见", "submit_line": "口径送签", "send_back_line": "口径退回", "sign_line": "口径签发",
    "release": "发布回应", "write_report": "撰写分析报告",
    "confirm_report": "审定分析报告", "send_report": "报送分析报告",
    "dismiss": "不作舆情处置", "evaluate": "效果评估", "submit": "提交", "judge": "评估审核", "interpret": "发布解读",
    "settle": "核实",
    "progress": "登记进展", "ask_change": "申请变更期限", "grant_change": "批准变更", "refuse_change": "驳回变更",
    "order_look_back": "安排回头看", "look_back": "回头看", "round": "新一期", "stop_series": "停止重复",
    "amend_call": "补记更正", "find_revision": "再次导入，文字不同",
    "take_revision": "采用新文", "keep_old": "保留原文",
    "record_publication": "登记公开情况", "propose_public": "拟公开", "approve_public": "同意公开",
    "withdraw_public": "撤下公开", "assign_message": "归入来件", "assign": "指定单位", "expand": "展开单位",
    "subscribe": "新增订阅", "renew_secret": "更换密钥", "rest": "暂停推送", "resume": "恢复", "send_again": "重推",
    "renew_feed": "更换日历地址",
    "ask_exclusion": "申请剔除", "grant_exclusion": "同意剔除", "refuse_exclusion": "驳回剔除",
}  # fmt: skip
NOTICES = EVENT_LABELS | {
    "opinion_major": "重大舆情", "opinion_lead": "舆情回应", "opinion_joint": "舆情联动",
    "opinion_consulted": "舆情会商", "policy_planned": "政策风险评估", "problem": "共性问题", "joined": "催单",
    "instruction": "督办文书", "knowledge_expiring": "问答库条目将到期",
}  # fmt: skip
CHECKS = {
    "substance": "有实质内容", "addresses": "答其所问", "asked": "逐问有答", "facts": "讲清事实",
    "basis": "写明依据", "outcome": "写明结果", "limit": "写明期限", "unit": "写明单位",
    "contact": "留有联系方式", "privacy": "不泄露个人信息", "blame": "不推诿", "order": "时间顺序",
    "still_to_do": "结果与承诺一致",
}  # fmt: skip
FIELDS = {
    "title": "标题", "text": "内容", "made_on": "承诺日期", "where": "场合", "files": "文件", "document": "文件",
    "name": "姓名", "phone": "电话", "email": "邮箱", "region": "地区",
    "code": "查询码", "chat_user": "Slack 成员编号",
    "last4": "手机号后四位", "satisfaction": "评价", "comment": "想说的话", "login": "账号",
    "password": "口令", "old": "原口令", "new": "新口令",
    "domain": "领域", "unit": "单位", "lead": "主办单位", "co_units": "协办单位",
    "informed": "知会单位", "reason": "理由", "grounds": "理由", "ground": "依据",
    "proper_channel": "应向何处提出", "note": "意见", "outcome": "办理结果", "summary": "摘要",
    "answer": "答复内容", "position": "位置", "due": "期限", "progress": "进展", "result": "结果",
    "into": "并入的工单", "week": "期", "step": "审核环节", "role": "角色", "kind": "类型", "to": "去向",
    "workdays": "工作日数", "review_on": "复查日期", "question": "要议定的问题", "units": "参加单位",
    "meets_on": "会商日期", "meeting": "约谈时间、地点", "matter": "事由", "demand": "要求", "feedback_due": "反馈时限",
    "grade": "等级", "priorities": "重点类别", "first_posted_at": "首发时间", "facts": "事实真相",
    "measures": "政策措施",
    "outlet": "发布渠道", "url": "网址", "next_due": "下次发布时间", "held_at": "举行时间", "authority": "主管部门",
    "found_on": "查明日期", "planned_on": "拟出台日期", "public_at": "公开时间", "level": "风险等级",
    "due_on": "反馈期限",
    "verdict": "核查意见", "asked": "问题", "policy": "政策依据", "valid_until": "有效期至", "public": "对外公开",
    "version": "版本", "file": "文件", "about": "征求意见的事项", "opens_on": "开始日期", "closes_on": "截止日期",
    "opinion": "意见", "heard": "人数", "adoption": "采纳情况", "overall": "总体情况", "year": "年份", "month": "月份",
    "subjects": "事件", "again": "想说的话",
    "handled": "办件数", "again_by": "再报时限", "why": "理由", "co_note": "不再等待的理由",
    "since": "起日", "until": "止日", "first": "起日", "last": "止日", "day": "日期", "days": "近多少天",
    "what": "指标",
    "words": "其他原因", "rows": "勾选的工单", "act": "批量操作", "chosen": "筛选条件",
}  # fmt: skip


def action_label(code: str) -> str:
    return _ACTIONS.get(code, code)


def action_codes(said: str) -> tuple[str, ...]:
    """The codes that people know by this word; a word that nobody uses stands for itself, and so for nothing."""
    return tuple(code for code, word in _ACTIONS.items() if word == said) or (said,)


def action_words() -> list[str]:
    """Each once, in the order of the loop."""
    return list(dict.fromkeys(_ACTIONS.values()))


def history_label(row: History) -> str:
    """The rung's own name where a reminder has one: a profile may call it otherwise."""
    if row.action == "confirm_unit" and not row.detail.get("joins", True):
        return "登记单位不需参加"
    return str(row.detail.get("name") or action_label(row.action)) + _reason(row)


def _reason(row: History) -> str:
    """Why somebody looked at who wrote: in words of one's own where it was none of the usual reasons."""
    if row.action != UNMASK or "reason" not in row.detail:
        return ""
    return f"（{row.detail.get('words') or LookReason(row.detail['reason']).label}）"


def way_label(target: str) -> str:
    """How a letter goes out, without the address that it goes to."""
    return WAY_LABELS.get(target.partition(":")[0], "其他")
