"""The words of public opinion (舆情) and of what is told to policy because of it."""

from models.vocabulary import Word


class OpinionGrade(Word):
    """Grades of an emergency (突发事件应对法 第三条); the two highest have the shortest clocks."""

    EXTRAORDINARY = "extraordinary", "特别重大"
    MAJOR = "major", "重大"
    LARGER = "larger", "较大"
    ORDINARY = "ordinary", "一般"


class OpinionPriority(Word):
    """重点回应五类 (重庆高新区 2021 二(三)2)."""

    MISREAD = "misread", "误解误读"
    INTERESTS = "interests", "公众切身利益且影响较大"
    MORALS = "morals", "冲击社会道德底线"
    DISASTER = "disaster", "突发事件和自然灾害"
    DEMANDED = "demanded", "上级要求回应"


class OpinionStatus(Word):
    """收集、研判、处置、办结、评估 (重庆高新区 2021 二(三)4)."""

    FOUND = "found", "待研判"
    HANDLING = "handling", "处置中"
    CLOSED = "closed", "待评估"
    EVALUATED = "evaluated", "已评估"
    DISMISSED = "dismissed", "不作舆情处置"


OPEN_CASES = frozenset({OpinionStatus.FOUND, OpinionStatus.HANDLING})


class Truth(Word):
    """What may be said about what is being said; the last only on an authority's finding with its evidence."""

    UNJUDGED = "unjudged", "未作判断"
    DOUBTFUL = "doubtful", "疑似不实，待核实"
    BORNE_OUT = "borne_out", "经核实基本属实"
    REFUTED = "refuted", "经主管部门查明不实"


class OpinionPart(Word):
    """A unit's part in a case."""

    LEAD = "lead", "回应主体"
    JOINT = "joint", "联动单位"


class LineStatus(Word):
    """口径 on its way."""

    DRAFT = "draft", "拟稿"
    CONSULTING = "consulting", "会商中"
    TO_SIGN = "to_sign", "待签发"
    SIGNED = "signed", "已签发"
    RELEASED = "released", "已发布"


class ReportStatus(Word):
    DRAFT = "draft", "草稿"
    CONFIRMED = "confirmed", "已审定"
    SENT = "sent", "已报送"


class PolicyStatus(Word):
    """A policy between its risk assessment (政策出台前) and its interpretation (公开后)."""

    ASSESSING = "assessing", "待评估"
    SUBMITTED = "submitted", "评估待审"
    ASSESSED = "assessed", "已评估，待出台"
    PUBLIC = "public", "已公开，待解读"
    INTERPRETED = "interpreted", "已解读"


class RiskLevel(Word):
    HIGH = "high", "高风险"
    MIDDLE = "middle", "中风险"
    LOW = "low", "低风险"


class RiskVerdict(Word):
    """评估结论."""

    ISSUE = "issue", "可以出台"
    IMPROVE = "improve", "完善后出台"
    DEFER = "defer", "暂缓出台"


class ProblemStatus(Word):
    """共性问题 fed back to policy (重庆高新区 2021 二(三)5–6)."""

    OPEN = "open", "待反馈"
    ANSWERED = "answered", "待核实"
    CLOSED = "closed", "已销号"
