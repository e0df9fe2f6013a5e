"""已解决 beside a promise of something still to do: the reply gate says so to writer and reviewer, and stops nobody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, REVIEWER, Desk, at, open_desk
from support.web import staffed, visiting

from flows import answers
from models.actions import handling, replying
from models.tables.orders import Reply, WorkOrder
from models.vocabulary import Outcome

CAME = at("2026-03-02 09:00")
DONE = "经现场核查，3栋楼道灯线路老化。我局已于3月1日更换灯具6盏，现已恢复照明。联系电话：0300-8121019。"
LATER = "经现场核查，3栋楼道灯线路老化，我局将于3月30日前更换灯具。联系电话：0300-8121019。"
SOME_DAY = "经现场核查，3栋楼道灯线路老化。下一步将更换灯具。联系电话：0300-8121019。"
SOFT = DONE.replace("联系电话", "今后将加强巡查，每周检查一次。联系电话")
PAST = LATER.replace("3月30日", "2月27日") + "\n2026年2月20日"
SAID = "办理结果是“已解决”，答复中还有待做的事：“"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=CAME) as found:
        yield found


def _order(desk: Desk) -> WorkOrder:
    order = desk.take(CAME)
    with desk.writing() as session:
        handling.acknowledge(session, order.id or 0, CLERK, CAME)
    return order


@pytest.mark.parametrize(
    ("text", "outcome", "hinted"),
    [
        (LATER, Outcome.RESOLVED, True),
        (SOME_DAY, Outcome.RESOLVED, True),
        (LATER, Outcome.PLANNED, False),
        (LATER, Outcome.PARTLY, False),
        (DONE, Outcome.RESOLVED, False),
        (SOFT, Outcome.RESOLVED, False),
        (PAST, Outcome.RESOLVED, False),
    ],
)
def test_what_is_resolved_has_nothing_left_to_do(desk: Desk, text: str, outcome: Outcome, hinted: bool) -> None:
    found = [check for check in answers.gate(desk.house, _order(desk).id or 0, text, outcome) if check.get("hint")]
    assert bool(found) is hinted
    assert all(check["why"].startswith(SAID) and not check["needed"] for check in found)


def test_the_writer_reads_it_while_writing_and_the_reviewer_beside_the_reply_which_may_go(desk: Desk) -> None:
    order = _order(desk)
    number = order.id or 0
    with staffed(desk.house) as address:
        with visiting(address, "wu") as clerk:
            check = f"/unit/orders/{order.number}/check"
            told = clerk.post(check, text=LATER, outcome="resolved").text
            assert f"{SAID}我局将于3月30日前更换灯具”" in told
            assert "请选“列入计划”或“部分解决”" in told
            assert SAID not in clerk.post(check, text=LATER, outcome="planned").text
            assert SAID not in clerk.post(check, text=LATER).text  # nothing is chosen yet
        with desk.writing() as session:
            replying.write_reply(session, number, LATER, Outcome.RESOLVED, CLERK, CAME)
        reply = answers.sign_off(desk.house, number, HEAD, CAME)
        others = [check for check in reply.gate if not check.get("hint")]
        assert reply.gate_passed == all(check["passed"] for check in others if check["needed"])
        with visiting(address, "hu") as reviewer:
            for page in ("/console/reviews", f"/console/orders/{order.number}"):
                shown = reviewer.get(page).text
                assert SAID in shown
                assert '<span class="badge warn">提醒</span> <b>结果与承诺一致</b>' in shown
    note = None if reply.gate_passed else "内容属实，同意答复。"
    answers.approve(desk.house, number, REVIEWER, CAME, override_note=note)
    assert desk.one(Reply, order_id=number).sent_at is not None
