"""The words of telephoning: calls back (回电), calls after an answer (回访), trying the published lines (拨测)."""

from models.vocabulary import Word


class CallbackStatus(Word):
    DUE = "due", "待回电"
    DONE = "done", "已回电"
    UNREACHED = "unreached", "多次未接通"


class AttemptResult(Word):
    NO_ANSWER = "no_answer", "无人接听"
    WRONG_NUMBER = "wrong_number", "号码有误"
    REFUSED = "refused", "拒绝接听"
    ANSWERED = "answered", "已接通"


class FollowUpWhy(Word):
    """Why somebody is asked: by lot, or always."""

    SAMPLE = "sample", "抽中"
    REOPENED = "reopened", "重办件必访"
    DISSATISFIED = "dissatisfied", "不满意件必访"


class FollowUpStatus(Word):
    DUE = "due", "待回访"
    MAILED = "mailed", "已寄问卷"
    DONE = "done", "已回访"
    UNREACHED = "unreached", "未能回访"


class Discontent(Word):
    """Why a citizen is not content."""

    UNSOLVED = "unsolved", "问题没有解决"
    SLOW = "slow", "办理太慢"
    UNCONTACTED = "uncontacted", "没有联系本人"
    ATTITUDE = "attitude", "态度不好"
    UNCLEAR = "unclear", "答复不清楚"
    UNKEPT = "unkept", "承诺没有兑现"
    OTHER = "other", "其他"


class LineResult(Word):
    """What a call to a published line came to (拨测)."""

    CONNECTED = "connected", "接通"
    NO_ANSWER = "no_answer", "无人接听"
    BUSY = "busy", "占线"
    DEAD = "dead", "空号"


class LineFaultStatus(Word):
    OPEN = "open", "待整改"
    REPORTED = "reported", "已报整改"
    CLOSED = "closed", "已恢复"
