"""The field's words: stable codes for the machine, Chinese labels for people (GLOSSARY.md explains each)."""

from enum import StrEnum
from typing import Self

DEMONSTRATION = "演示数据"
"""What every page and file of a fictitious place carries (DOMAIN, red lines)."""


class Word(StrEnum):
    """A code with the Chinese label that users read."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        word = str.__new__(cls, code)
        word._value_ = code
        word.label = label
        return word


class Channel(Word):
    """Where a message came in."""

    MAILBOX = "mailbox", "公开信箱"
    HOTLINE = "hotline", "热线来电"
    BOARD = "board", "网民留言"
    OPINION = "opinion", "舆情监测"
    WEB = "web", "网上提交"
    OPEN311 = "open311", "开放接口"
    REGISTER = "register", "来电登记"
    LETTER = "letter", "来信"
    WALK_IN = "walk_in", "来访"
    SITE = "site", "网站纠错"
    PROPOSAL = "proposal", "建议提案"
    SURVEY = "survey", "民意征集"


class Domain(Word):
    """What a message is about; codes are stable, a profile may rename or add."""

    HOUSING = "housing", "城乡建设与住房"
    ENVIRONMENT = "environment", "生态环境"
    TRANSPORT = "transport", "交通出行"
    EDUCATION = "education", "教育文体"
    LABOUR = "labour", "劳动与社会保障"
    MARKET = "market", "商贸旅游与市场监管"
    HEALTH = "health", "医疗卫生"
    FOOD_SAFETY = "food_safety", "食品药品安全"
    CIVIL_AFFAIRS = "civil_affairs", "民政养老与社区"
    PUBLIC_SECURITY = "public_security", "公共安全"
    WORK_SAFETY = "work_safety", "安全生产与消防"
    FINANCE = "finance", "财税金融与房地产金融"
    LAND_RURAL = "land_rural", "自然资源与农业农村"
    JUSTICE = "justice", "司法与法律服务"
    INTEGRITY = "integrity", "作风与政务效能"
    OTHER = "other", "其他"


class Kind(Word):
    """What the sender wants."""

    CONSULTATION = "consultation", "咨询"
    REQUEST = "request", "求助"
    COMPLAINT = "complaint", "投诉"
    REPORT = "report", "举报"
    SUGGESTION = "suggestion", "意见建议"
    PRAISE = "praise", "表扬"
    OTHER = "other", "其他"


class Procedure(Word):
    """Which rules a message falls under (办理途径): decides clocks, visibility and whether a machine may act."""

    ORDINARY = "ordinary", "普通诉求"
    PETITION = "petition", "信访"
    DISCLOSURE = "disclosure", "依申请公开"
    ENFORCEMENT = "enforcement", "行政执法投诉举报"
    ACCUSATION = "accusation", "检举控告"
    EMERGENCY = "emergency", "紧急转接"
    DECLINED = "declined", "不予受理"


class CaseType(Word):
    ORDER = "order", "工单"
    OPINION = "opinion", "舆情"


class Urgency(Word):
    EMERGENCY = "emergency", "紧急"
    URGENT = "urgent", "加急"
    NORMAL = "normal", "一般"


class UrgencyGround(Word):
    """Why a person says how urgent an order is."""

    DANGER = "danger", "险情正在发生"
    SELF_HARM = "self_harm", "涉及轻生自伤"
    MINORS = "minors", "涉及未成年人"
    GROUP = "group", "涉及群体"
    MASS_POISONING = "mass_poisoning", "疑似多人中毒"
    HAZARD = "hazard", "安全隐患"
    OUTAGE = "outage", "基本生活受影响"
    SETTLED = "settled", "险情已经解除或早已过去"
    NONE_SAID = "none_said", "来件没有写明险情，系统误判"
    OTHER = "other", "其他，经电话核实"


class OrderStatus(Word):
    """Where a work order stands in the loop; models/workflow.py has the allowed moves."""

    TRIAGE = "triage", "待审看"
    DISPATCHED = "dispatched", "待签收"
    HANDLING = "handling", "办理中"
    RETURNING = "returning", "退单审核"
    SIGNING = "signing", "待审签"
    REVIEWING = "reviewing", "待审核"
    REPLIED = "replied", "已答复"
    CLOSED = "closed", "已办结"
    DECLINED = "declined", "不予受理"
    DIVERTED = "diverted", "已分流"
    MERGED = "merged", "已并单"
    WITHDRAWN = "withdrawn", "已撤回"
    VOID = "void", "无效件"


class Outcome(Word):
    """办理结果: closed is not resolved."""

    RESOLVED = "resolved", "已解决"
    PARTLY = "partly", "部分解决"
    PLANNED = "planned", "列入计划"
    EXPLAINED = "explained", "解释说明"
    UNRESOLVED = "unresolved", "无法解决"


class Disclosure(Word):
    """公开属性 of a message and its answer."""

    PUBLIC = "public", "公开发布"
    PUBLIC_CUT = "public_cut", "删减后公开"
    ON_REQUEST = "on_request", "依申请公开"
    CLOSED = "closed", "不公开"


class Stage(Word):
    """What a clock measures."""

    SCREEN = "screen", "审看"
    DISPATCH = "dispatch", "派单"
    ACKNOWLEDGE = "acknowledge", "签收"
    FIRST_CONTACT = "first_contact", "首次联系"
    RETURN_WINDOW = "return_window", "退单期限"
    HANDLE = "handle", "办理"
    CO_HANDLE = "co_handle", "协办"
    CONSULT = "consult", "会商"
    HANGING = "hanging", "挂账复查"
    FEEDBACK = "feedback", "督办反馈"
    REVIEW = "review", "审核"
    REPLY = "reply", "答复"
    CALLBACK = "callback", "回电"
    OPINION_FIRST = "opinion_first", "舆情首次回应"
    OPINION_CONFERENCE = "opinion_conference", "新闻发布会"
    OPINION_FOLLOW = "opinion_follow", "滚动发布"
    RISK_ASSESSMENT = "risk_assessment", "舆情风险评估"
    PROBLEM = "problem", "共性问题反馈"
    INTERPRETATION = "interpretation", "政策解读"
    PROMISE = "promise", "承诺兑现"
    PROMISE_REVIEW = "promise_review", "承诺核对"
    RECHECK = "recheck", "回头看"
    LINE_FIX = "line_fix", "电话整改"
    FOLLOW_UP = "follow_up", "回访"


class LimitUnit(Word):
    WORKDAYS = "workdays", "个工作日"
    WORKING_HOURS = "working_hours", "个工作小时"
    HOURS = "hours", "小时"
    DAYS = "days", "日"


class ClockRequestKind(Word):
    """What a unit may ask for about its limit."""

    EXTENSION = "extension", "延期"
    PAUSE = "pause", "暂停计时"
    HANGING = "hanging", "挂账"


class InstructionKind(Word):
    """督办文书: all but praise by the ladder or by hand."""

    SUPERVISE = "supervise", "督办通知"
    CIRCULAR = "circular", "通报批评"
    SUMMONS = "summons", "约谈通知"
    YELLOW_CARD = "yellow_card", "黄牌"
    RED_CARD = "red_card", "红牌"
    PRAISE = "praise", "通报表扬"


class InstructionStatus(Word):
    DRAFT = "draft", "待签发"
    ISSUED = "issued", "待反馈"
    ANSWERED = "answered", "待核查"
    CLOSED = "closed", "已办结"
    DROPPED = "dropped", "不予发出"


class EditionStatus(Word):
    DRAFT = "draft", "编辑中"
    REVIEWING = "reviewing", "审核中"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"


class ReviewStep(Word):
    """三审 and the secrecy review (先审查后公开、一事一审)."""

    SECRECY = "secrecy", "保密审查"
    FIRST = "first", "初审"
    SECOND = "second", "复审"
    FINAL = "final", "终审"


class Role(Word):
    MODERATOR = "moderator", "审看员"
    UNIT = "unit", "承办单位"
    SUPERVISOR = "supervisor", "督办员"
    EDITOR = "editor", "编辑"
    OPERATOR = "operator", "系统管理员"
    AUDITOR = "auditor", "审计员"
    INSPECTOR = "inspector", "检举件专办员"
    OPINION = "opinion", "舆情专员"
    OPINION_LEADER = "opinion_leader", "舆情分管领导"


class Satisfaction(Word):
    SATISFIED = "satisfied", "满意"
    FAIR = "fair", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class KnowledgeState(Word):
    """Of one version of a knowledge entry; expiry is computed, never stored."""

    PROPOSED = "proposed", "待审核"
    APPROVED = "approved", "已通过"
    REFUSED = "refused", "已退回"


class Adoption(Word):
    """What became of an opinion that the public was asked for (S 19)."""

    ADOPTED = "adopted", "采纳"
    PARTLY = "partly", "部分采纳"
    REJECTED = "rejected", "不采纳"


class MachineMail(Word):
    """Mail written by a machine: filed, never answered."""

    BOUNCE = "bounce", "退信"
    AUTO_REPLY = "auto_reply", "自动回复"
    LOOP = "loop", "循环邮件"
