"""The words of the ledger of promises."""

from models.vocabulary import Word


class PromiseLevel(Word):
    DATED = "dated", "有期限"
    SPECIFIC = "specific", "可核查"
    GENERIC = "generic", "一般表态"


class PromiseState(Word):
    """Overdue is computed, never stored."""

    TO_CONFIRM = "to_confirm", "待确认"
    RUNNING = "running", "履行中"
    TO_VERIFY = "to_verify", "待核验"
    KEPT = "kept", "已兑现"
    PARTLY = "partly", "部分兑现"
    CHANGED = "changed", "经批准变更"
    FAILED = "failed", "无法兑现"
    STRUCK = "struck", "不列为承诺"


class PromiseSource(Word):
    """Where a ledger entry comes from; a ledger of before may name others."""

    REPLY = "reply", "工单答复"
    OPINION = "opinion_release", "舆情回应发布"
    CONFERENCE = "conference", "新闻发布会"
    INTERVIEW = "interview", "在线访谈"
    WORK_PLAN = "work_plan", "工作要点"
    IMPORT = "import", "原有台账"
