"""征集意见 (S 19): what citizens send in answers a solicitation by its code or subject, or a person says which one."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support.desk import CLERK, MODERATOR, REVIEWER, Desk, at, open_desk
from support.web import enrol, serving, visiting

from flows.solicitations import hear, publish
from models.actions import solicitations as acts
from models.actions.solicited import assign_message, write_down
from models.errors import BadInput, Conflict, NotFound
from models.solicited import code_of, codes_in, names_subject
from models.tables.knowledge import SolicitedMessage, SolicitedOpinion
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Adoption, Channel

NOW, LATER = at("2026-03-10 10:00"), at("2026-03-21 10:00")
TITLE = "关于《望溪市电动自行车停放管理办法（草案）》公开征求意见的公告"


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url, now=NOW) as opened:
        with opened.writing() as session:
            for title in (TITLE, "滨河公园夜间开放时间征集意见"):
                acts.open_solicitation(
                    session, title, "housing_bureau", "欢迎提出意见。", date(2026, 3, 1), date(2026, 3, 20), CLERK, NOW
                )
        yield opened


def sent(desk: Desk, text: str, channel: Channel = Channel.SURVEY, **more: object) -> Message:
    order = desk.take(NOW, channel=channel, title="意见", text=text, external_id=text[:40], **more)
    return desk.one(Message, order_id=order.id)


def link(desk: Desk, message: Message) -> SolicitedMessage:
    return desk.one(SolicitedMessage, message_id=message.id)


def test_a_code_and_a_subject_are_read_as_people_write_them() -> None:
    assert code_of(3, date(2026, 3, 1)) == "ZJ2026-3"
    assert codes_in("对 zj 2026－03 的意见") == {"ZJ2026-3"}
    assert names_subject(TITLE, "我对“望溪市电动自行车停放管理办法”有一点建议")
    assert not names_subject(TITLE, "我对电动车停放有一点建议")
    assert not names_subject("停车方案征集意见", "停车方案")  # too short to be sure


def test_a_message_that_names_the_code_or_the_subject_is_given_to_it_and_any_other_to_a_person(desk: Desk) -> None:
    coded = sent(desk, "就ZJ2026-1提一条：充电口要离楼道远一点。")
    named = sent(desk, "对滨河公园夜间开放时间的意见：希望开到晚上十点。")
    vague = sent(desk, "希望多听听老人的意见。")
    web = sent(desk, "征集编号ZJ2026-2：希望保留路灯。", Channel.WEB)
    other = sent(desk, "滨河公园夜间开放时间太短。", Channel.WEB)  # a wish of its own, not an answer
    assert hear(desk.house, NOW) == {"heard": 3, "offered": 1}
    assert hear(desk.house, NOW) == {"heard": 0, "offered": 0}
    assert [(link(desk, m).solicitation_id, link(desk, m).how) for m in (coded, named, vague, web)] == [
        (1, "code"), (2, "subject"), (None, "waiting"), (2, "code"),
    ]  # fmt: skip
    assert desk.all(SolicitedMessage, message_id=other.id) == []
    assert desk.all(SolicitedOpinion) == []  # no message is an opinion by itself


def test_a_message_before_or_after_its_days_or_naming_two_is_a_persons_to_place(desk: Desk) -> None:
    early = desk.take(at("2026-02-25 10:00"), channel=Channel.SURVEY, title="意见", text="ZJ2026-1 提前说一句。")
    both = sent(desk, "ZJ2026-1 和 ZJ2026-2 都说一句。")
    assert hear(desk.house, NOW) == {"heard": 0, "offered": 2}
    with desk.writing() as session:
        assign_message(session, both.id, 2, MODERATOR, NOW)
        assign_message(session, desk.one(Message, order_id=early.id).id, None, MODERATOR, NOW)
    assert (link(desk, both).solicitation_id, link(desk, both).how) == (2, "person")
    assert desk.one(SolicitedMessage, how="none").solicitation_id is None
    assert hear(desk.house, NOW) == {"heard": 0, "offered": 0}


def test_it_becomes_an_opinion_in_the_offices_words_once_and_nothing_is_published_before(desk: Desk) -> None:
    first, second = (sent(desk, f"ZJ2026-1 充电口要离楼道远一点。（第{n}位）") for n in (1, 2))
    hear(desk.house, NOW)
    with desk.writing() as session:
        said = write_down(session, 1, first.id, "充电口与楼道保持距离。", None, CLERK, NOW)
        acts.decide_opinion(session, 1, said.id or 0, Adoption.ADOPTED, "", CLERK, NOW)
        acts.sum_up(session, 1, "收到意见一条。", CLERK, NOW)
    with pytest.raises(BadInput, match="还有 1 件"):
        publish(desk.house, 1, MODERATOR, LATER)
    with desk.writing() as session:
        write_down(session, 1, second.id, "", said.id, CLERK, NOW)
        with pytest.raises(Conflict, match="已经录为意见"):
            write_down(session, 1, second.id, "再录一次", None, CLERK, NOW)
        with pytest.raises(Conflict, match="不能再改归属"):
            assign_message(session, first.id, 2, MODERATOR, NOW)
        with pytest.raises(NotFound):
            write_down(session, 2, first.id, "别处", None, CLERK, NOW)
    assert desk.one(SolicitedOpinion).heard == 2
    assert publish(desk.house, 1, REVIEWER, LATER).published_by == REVIEWER.login


def test_the_pages_show_what_was_said_without_who_said_it(desk: Desk) -> None:
    enrol(desk.house)
    message = sent(
        desk, "ZJ2026-1 请打电话19900001234，我叫陈小雨，充电口远一点。", sender_name="陈小雨", phone="19900001234"
    )
    lost = sent(desk, "希望多听听老人的意见。")
    hear(desk.house, NOW)
    room = "/console/solicitations"
    with serving(desk.house) as address, visiting(address, "shen") as centre, visiting(address, "wu") as unit:
        page = unit.get("/unit/solicitations/1").text
        assert "充电口远一点" in page
        assert "19900001234" not in page
        assert "希望多听听老人的意见" in centre.get(room).text
        assert "希望多听听老人的意见" not in unit.get("/unit/solicitations").text
        assert unit.post(f"{room}/messages/{lost.id}", to="1").status_code == 403
        assert "请选择归入" in centre.post(f"{room}/messages/{lost.id}", to="某次").text
        assert "已归入" in centre.post(f"{room}/messages/{lost.id}", to="1").text
        path = f"/unit/solicitations/1/messages/{message.id}"
        assert "已录为意见" in unit.post(path, opinion="充电口与楼道保持距离。").text
    with serving(desk.house) as address, visiting(address, "lu") as other, visiting(address) as citizen:
        assert other.post(path, opinion="改").status_code == 404
        assert "征集编号 ZJ2026-1" in citizen.get("/solicitations").text


def test_a_sealed_message_is_in_no_list(desk: Desk) -> None:
    message = sent(desk, "希望多听听老人的意见。")
    hear(desk.house, NOW)
    order = desk.one(WorkOrder, id=message.order_id)
    order.sealed = True
    with desk.writing() as session:
        session.add(order)
    with desk.writing() as session, pytest.raises(NotFound):
        assign_message(session, message.id, 1, MODERATOR, NOW)
