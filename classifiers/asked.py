"""What a message asks for in so many words, and whether the reply holds an answer of that kind."""

import re
from dataclasses import dataclass

_READ = 20_000


@dataclass(frozen=True, slots=True)
class _Question:
    """`lacks` names the missing answer; both patterns read a few characters only."""

    asked: re.Pattern[str]
    answered: re.Pattern[str]
    lacks: str


_QUESTIONS = (
    _Question(
        re.compile(r"多少|多大|几(?:成|元|块|平|岁|倍)|(?:比例|标准|价格|费用|金额)(?:是|为|怎)"),
        re.compile(r"\d|[一二两三四五六七八九十百千万]+(?:元|成|倍|岁|个|年|月|份|次)|免费|标准|面议|未定"),
        "数额或标准",
    ),
    _Question(
        re.compile(r"什么时候|何时|几时|啥时|多久|多长时间|哪[天年]|几[天月号]"),
        re.compile(
            r"\d{1,4}[年月日天号]|工作日|[年月]底|年[内初]|季度|近期|近日|下一步|尚未|尚无|暂[无未不]|计划|预计"
            r"|正在|将|待|已|时间|随时"
        ),
        "时间",
    ),
    _Question(
        re.compile(r"哪[里儿]|去哪|到哪|何处|什么地方|哪个(?:部门|单位|窗口|地方|局)|找谁"),
        re.compile(r"[局所院校站厅]|中心|窗口|街道|社区|村委|居委|公司|部门|地址|路\d|网|电话|\d{5}|附近"),
        "地点或部门",
    ),
    _Question(
        re.compile(
            r"怎么(?:办|申|处理|解决|操作|走|报|交|领|查|补|转)|如何(?!是好|了得)|怎样|(?:什么|哪些)(?:手续|材料"
            r"|流程|条件|程序|资料|证件)|流程"
        ),
        re.compile(
            r"[需须应请凭携]|可[以到向在凭]|提供|提交|申[请报]|登录|材料|条件|流程|程序|步骤|[一二三123][、.．]"
            r"|按照|根据|将|已|建议"
        ),
        "办法、条件或材料",
    ),
    _Question(
        re.compile(r"为什么|为何|为啥|什么原因|凭什么|怎么(?:会|还|就|没|不)"),
        re.compile(r"因|由于|原因|为了|鉴于|根据|依据|按照|[属系]|造成|导致|所致|考虑|目前|实际"),
        "原因",
    ),
)


def unanswered(title: str | None, text: str, reply: str) -> tuple[list[str], bool]:
    """What was asked and has no answer of its kind, in Chinese; and whether anything was asked at all."""
    message = f"{title or ''}\n{text[:_READ]}"
    asked = [question for question in _QUESTIONS if question.asked.search(message)]
    return [question.lacks for question in asked if not question.answered.search(reply)], bool(asked)
