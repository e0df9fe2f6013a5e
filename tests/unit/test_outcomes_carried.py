"""What was done with many rows is told by the address after it: to who did it, whole, and short."""

import re
from pathlib import Path

from support.desk import Desk, open_desk
from support.web import staffed, visiting

from console.web.outcomes import Outcome, carried, carried_in

NUMBERS = [f"WX-20260302-{n * 37 % 1000:05d}" for n in range(100)]
WHY = "工单 {} 可能危及生命：请先拨打 110、119 或 120，再逐件派单。"
DONE = Outcome("dispatch", NUMBERS[::2], {number: WHY.format(number) for number in NUMBERS[1::2]})


def _said(desk: Desk) -> str:
    return carried(desk.house, "shen", DONE)


def test_a_hundred_rows_with_their_reasons_fit_into_an_address(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        said = _said(desk)
        assert carried_in(desk.house, "shen", said) == DONE
    assert len(said) < 1500
    assert said.isascii()


def test_nobody_makes_up_an_outcome_or_hands_one_on(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        said = _said(desk)
        for other in ("", "x", "不是", said[:-4], "A" + said[1:], said + "AAAA", "A" * 200):
            assert carried_in(desk.house, "shen", other) is None
        assert carried_in(desk.house, "hu", said) is None
        with staffed(desk.house) as address:
            with visiting(address, "hu") as other_person:
                answer = other_person.get(f"/console/triage?did={said}")
            with visiting(address, "shen") as moderator:
                own = moderator.get(f"/console/triage?did={said}").text
    assert answer.status_code == 200
    assert "data-outcome" not in answer.text
    assert "派单：完成 50 件，未办成 50 件" in own
    assert "全部撤销" not in own  # none of these is there to be taken back


def test_a_reason_says_its_orders_number_once_as_the_link(tmp_path: Path) -> None:
    first, second = NUMBERS[:2]
    done = Outcome("dispatch", [], {first: WHY.format(first), second: "没有这一件，或您无权办理。"})
    with open_desk(tmp_path) as desk, staffed(desk.house) as address, visiting(address, "shen") as moderator:
        page = moderator.get(f"/console/triage?did={carried(desk.house, 'shen', done)}").text
    told = re.sub(r"<[^>]+>", "", page.partition("data-outcome")[2].partition("</ul>")[0])
    assert WHY.format(first) in told
    assert f"{second} 没有这一件，或您无权办理。" in told
    assert (told.count(first), told.count(second)) == (1, 1)
    assert all(f'<a href="/console/orders/{number}">{number}</a>' in page for number in (first, second))
