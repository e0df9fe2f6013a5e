"""Text made to be slow: ten times the length may cost little more than ten times the time."""

import gc
from collections.abc import Callable
from datetime import datetime
from time import process_time

import pytest

from classifiers.promises import find_promises
from classifiers.redaction import redact
from classifiers.reply_review import review_reply
from classifiers.times import SHANGHAI
from models.workdays import work_calendar

REDACTION = {
    "digits": "1",
    "spaced digits": "1 ",
    "dashed digits": "199-",
    "numerals": "一",
    "letters": "a",
    "mail": "a@",
    "plates": "渝A",
    "messenger": "微信",
    "blocks": "3栋2单元",
    "road": "路1号",
    "surnames": "王",
    "roles": "业主王",
    "honorifics": "张先生",
    "circled digits": "①",
    "split lines": "139\n",
    "spoken mail": "a at ",
    "spoken dots": "a艾特a点",
    "spaced plates": "渝 A ",
    "dotted names": "扎西·",
    "signatures": "\n王芳 ",
    "listed names": "王小芳、",
    "described": "王小芳，男，",
    "estates": "花园3-2-101",
    "landings": "3单元四楼东户",
    "yards": "7号院4号",
    "suites": "大厦1806室隔壁1303",
    "cut mobiles": "139，0099，",
    "letters for digits": "l3O",
    "spread names": "姓名：洪  波",
    "many people": "王明和李建军，",
}
PROMISES = {
    "years": "2026年",
    "months": "1月",
    "brackets": "《",
    "quotes": "“",
    "commas": "将，",
    "waiting": "待",
    "plans": "纳入",
    "already": "已将",
    "within": "一个",
    "spaces": " ",
    "limits": "在5个工作日内",
    "terms": "秋季开学",
    "events": "完成后",
    "consents": "方同意",
}
REVIEW = {
    "courtesy": "感谢您",
    "basis": "根据",
    "blame": "不是我局",
    "transfer": "已转",
    "facts": "经",
    "outcome": "将要",
    "limit": "将于3月1日",
    "unit": "某某",
    "titles": "《政策",
    "numbers": "12",
}


def _promises(text: str) -> object:
    return find_promises(text, datetime(2026, 2, 13, 10, 0, tzinfo=SHANGHAI), work_calendar())


def _review(text: str) -> object:
    return review_reply("路灯", "路灯不亮", text)


def _seconds(work: Callable[[str], object], text: str) -> float:
    gc.disable()  # the heap of a long test run is not what is measured
    try:
        began = process_time()
        work(text)
        return process_time() - began
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("work", "seed"),
    [
        pytest.param(work, seed, id=f"{work.__name__.strip('_')}: {family}")
        for work, families in ((redact, REDACTION), (_promises, PROMISES), (_review, REVIEW))
        for family, seed in families.items()
    ],
)
def test_time_grows_with_the_length_of_the_text_and_not_faster(work: Callable[[str], object], seed: str) -> None:
    short, long = (seed * (size // len(seed)) for size in (10_000, 100_000))
    quickest = min(_seconds(work, short) for _ in range(3))
    # A busy machine may be slow for a while; what grows too fast is so every time.
    assert any(_seconds(work, long) < 40 * quickest + 0.1 for _ in range(5))
