"""Units without accounts act by signed links: one order, one part in it, once; a GET changes nothing."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.desk import CLERK, HEAD, MODERATOR, dispatched
from support.link_office import NOW, REPLY, SIGNERS, Office, open_office
from support.web import enrol, visiting

from flows.papers import print_order
from models import links
from models.actions import handling, replying
from models.links import Link, LinkEnded, Purpose
from models.queries.people import list_users
from models.tables.links import UsedLink
from models.tables.orders import Reply
from models.tables.record import History
from models.vocabulary import OrderStatus, Outcome

_GIVEN = Link(Purpose.HANDLE, 7, "housing_bureau", 3, int((NOW + timedelta(days=1)).timestamp()), "abc")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        yield opened


def test_a_letter_to_a_unit_without_accounts_carries_a_link_with_which_it_acknowledges(office: Office) -> None:
    order = office.desk.take(NOW, title="楼道灯不亮", phone="19900001234", sender_name="陈小雨")
    [link] = office.links()
    with visiting(office.address) as someone:
        page = someone.get(link)
        assert "楼道灯不亮" in page.text
        assert "19900001234" in page.text
        after = someone.post(f"{link}/acknowledge", name="王工")
    assert after.status_code == 200
    assert "写答复" in after.text
    assert office.status(order) == OrderStatus.HANDLING
    [used] = office.desk.all(UsedLink)
    assert (used.action, used.by) == ("acknowledge", "link:housing_bureau 王工")
    assert link.removeprefix("/u/") not in used.digest


@pytest.mark.parametrize("name", ["", "  ", "\u3000"])
def test_a_link_is_not_used_up_by_who_gives_no_name(office: Office, name: str) -> None:
    order = office.desk.take(NOW)
    [link] = office.links()
    with visiting(office.address) as someone:
        assert someone.post(f"{link}/acknowledge", name=name).status_code == 422
        assert someone.post(f"{link}/contact", name=name).status_code == 422
    assert office.desk.all(UsedLink) == []
    assert office.status(order) == OrderStatus.DISPATCHED


def test_who_acted_by_a_link_stands_by_name_on_the_order_and_its_paper(office: Office) -> None:
    order = office.desk.take(NOW)
    [link] = office.links()
    with visiting(office.address) as writer:
        writer.post(f"{writer.post(f'{link}/acknowledge', name='王工').url.path}/reply", **REPLY)
    [to_sign] = office.links(SIGNERS)
    with visiting(office.address) as signer:
        page = signer.post(f"{to_sign}/sign-off", name="李局").text
    assert "拟写 王工（凭链接）" in page
    assert "审签 李局（凭链接）" in page
    assert "link:" not in page
    house = office.desk.house
    paper = print_order(house, MODERATOR, order.number, "feedback", NOW).content
    shown = ZipFile(BytesIO(paper)).read("word/document.xml").decode()
    assert "王工（凭链接）" in shown
    assert "李局（凭链接）" in shown
    assert "link:" not in shown


def test_a_unit_with_accounts_is_sent_to_its_own_room(office: Office) -> None:
    enrol(office.desk.house)
    office.desk.take(NOW)
    assert office.links() == []
    assert "http://huiyin.test/unit/orders/" in office.letters()[0]["text"]


@pytest.mark.parametrize("issuer", ["", "https://id.city.example"])
def test_a_unit_that_signs_in_by_the_citys_provider_alone_is_sent_to_its_room_where_there_is_one(
    office: Office, issuer: str
) -> None:
    enrol(office.desk.house)
    with office.desk.writing() as session:
        for user in list_users(session):
            user.password_hash = ""
    office.desk.house.settings = office.desk.house.settings.model_copy(update={"oidc_issuer": issuer})
    office.desk.take(NOW)
    assert (office.links() == []) is bool(issuer)
    assert ("http://huiyin.test/unit/orders/" in office.letters()[0]["text"]) is bool(issuer)


def test_looking_at_a_link_changes_nothing_however_often(office: Office) -> None:
    order = office.desk.take(NOW)
    [link] = office.links()
    before = len(office.desk.all(History))
    with httpx.Client(base_url=office.address) as robot:
        for _ in range(3):
            answer = robot.get(link)
            assert answer.status_code == 200
        assert robot.head(link).status_code in {200, 405}
        for action in ("acknowledge", "return", "reply", "sign-off", "confirm", "rate", "again"):
            assert robot.get(f"{link}/{action}").status_code in {404, 405}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert office.status(order) == OrderStatus.DISPATCHED
    assert len(office.desk.all(History)) == before
    assert office.desk.all(UsedLink) == []


def test_a_link_works_once_and_a_new_one_goes_to_the_unit_never_to_who_asks(office: Office) -> None:
    order = office.desk.take(NOW)
    [link] = office.links()
    with visiting(office.address) as someone:
        someone.post(f"{link}/acknowledge", name="王工")
        again = someone.post(f"{link}/return", name="王工", grounds="不属本单位职责。")
        assert again.status_code == 409
        assert "已经用过" in again.text
        for _ in range(2):
            asked = someone.post(f"{link}/again")
        assert "登记的通知方式" in asked.text
        assert len(re.findall(r"/u/[\w.-]+", asked.text)) == asked.text.count(link)
    assert office.status(order) == OrderStatus.HANDLING
    fresh = office.links()
    assert len(fresh) == 2
    assert fresh[0] != fresh[1]


def test_two_presses_at_once_act_once(office: Office) -> None:
    from concurrent.futures import ThreadPoolExecutor

    order = office.desk.take(NOW)
    [link] = office.links()
    with ThreadPoolExecutor(4) as pool, httpx.Client(base_url=office.address, timeout=60) as client:
        presses = [pool.submit(client.post, f"{link}/acknowledge", data={"name": "王工"}) for _ in range(4)]
        codes = sorted(press.result().status_code for press in presses)
    assert codes == [303, 409, 409, 409]
    assert len(office.desk.all(History, subject_id=str(order.id), action="acknowledge")) == 1


def test_a_link_of_an_order_that_went_to_another_unit_is_worth_nothing(office: Office) -> None:
    order = office.desk.take(NOW)
    [link] = office.links()
    with office.desk.writing() as session:
        handling.dispatch(session, office.desk.house.reckoner, order.id or 0, "urban_bureau", MODERATOR, NOW)
    with visiting(office.address) as someone:
        for answer in (someone.get(link), someone.post(f"{link}/acknowledge", name="王工")):
            assert answer.status_code == 410
            assert "已不由贵单位办理" in answer.text
    assert office.status(order) == OrderStatus.DISPATCHED


def test_an_order_that_comes_back_to_the_unit_needs_the_new_letters_link(office: Office) -> None:
    order = office.desk.take(NOW)
    [old] = office.links()
    with office.desk.writing() as session:
        handling.dispatch(session, office.desk.house.reckoner, order.id or 0, "housing_bureau", MODERATOR, NOW)
    with visiting(office.address) as someone:
        assert someone.get(old).status_code == 410
        assert someone.get(office.links()[-1]).status_code == 200


def test_a_link_ends_by_itself(office: Office) -> None:
    office.desk.take(NOW)
    [link] = office.links()
    office.moment = NOW + timedelta(days=office.desk.house.profile.limits.link_days, minutes=1)
    with visiting(office.address) as someone:
        answer = someone.get(link)
    assert answer.status_code == 410
    assert "有效期" in answer.text


def test_a_confidential_sender_is_hidden_behind_a_link_too(office: Office) -> None:
    office.desk.take(NOW, phone="19900001234", sender_name="陈小雨", confidential=True)
    [link] = office.links()
    with visiting(office.address) as someone:
        page = someone.get(link).text
    assert "身份保密" in page
    assert "19900001234" not in page
    assert "陈小雨" not in page


def test_a_reply_by_link_is_signed_off_by_another_link_that_only_the_signer_gets(office: Office) -> None:
    order = office.desk.take(NOW)
    [link] = office.links()
    with visiting(office.address) as writer:
        page = writer.post(f"{link}/acknowledge", name="王工")
        mine = page.url.path
        assert writer.post(f"{mine}/reply", **REPLY).status_code == 200
        assert office.status(order) == OrderStatus.SIGNING
        after = re.findall(r"/u/[\w.-]+", writer.get(mine).text)[0]
        assert writer.post(f"{after}/sign-off", name="王工").status_code == 410
    [to_sign] = office.links(SIGNERS)
    with visiting(office.address) as signer:
        assert "更换楼道灯" in signer.get(to_sign).text
        assert signer.post(f"{to_sign}/reply", **REPLY).status_code == 410
        himself = signer.post(f"{to_sign}/sign-off", name=" 王工 ")
        assert himself.status_code == 403
        assert "不能由同一人办理" in himself.text
        assert signer.post(f"{to_sign}/sign-off", name="李局").status_code == 200
    assert office.status(order) == OrderStatus.REVIEWING
    reply = office.desk.one(Reply)
    assert (reply.writer, reply.signed_by) == ("link:housing_bureau", "link:housing_bureau:sign")


def test_a_signers_link_signs_only_the_reply_that_its_page_showed(office: Office) -> None:
    order = office.desk.take(NOW)
    assert order.id is not None
    [link] = office.links()
    with visiting(office.address) as writer:
        mine = writer.post(f"{link}/acknowledge", name="王工").url.path
        assert writer.post(f"{mine}/reply", **REPLY).status_code == 200
    [to_sign] = office.links(SIGNERS)
    with visiting(office.address) as signer:
        [old] = {*re.findall(r'name="seen" value="(\d+)"', signer.get(to_sign).text)}
        with office.desk.writing() as session:
            replying.refuse_sign_off(session, order.id, "请写明日期", HEAD, NOW)
            replying.write_reply(session, order.id, "3 月 2 日换了灯。", Outcome.RESOLVED, CLERK, NOW)
        late = signer.post(f"{to_sign}/sign-off", name="李局", seen=old)
        assert (late.status_code, "3 月 2 日换了灯。" in late.text) == (409, True)
        assert office.status(order) == OrderStatus.SIGNING
        [now] = {*re.findall(r'name="seen" value="(\d+)"', late.text)}
        assert signer.post(f"{to_sign}/sign-off", name="李局", seen=now).status_code == 200
    assert office.status(order) == OrderStatus.REVIEWING


def test_a_refused_reply_brings_its_writer_a_new_link(office: Office) -> None:
    order = office.desk.take(NOW)
    [link] = office.links()
    with visiting(office.address) as someone:
        page = someone.post(f"{link}/acknowledge", name="王工")
        someone.post(f"{page.url.path}/reply", **REPLY)
        [to_sign] = office.links(SIGNERS)
        someone.post(f"{to_sign}/refuse", note="请写明更换时间。", name="李局")
        assert office.status(order) == OrderStatus.HANDLING
        assert "写答复" in someone.get(office.links()[-1]).text


def test_a_unit_without_a_signer_is_told_so_before_its_reply_is_lost_in_a_dead_end(office: Office) -> None:
    order = office.desk.take(NOW, plan=replace(dispatched(), lead="urban_bureau"))
    [link] = office.links()
    with visiting(office.address) as someone:
        page = someone.post(f"{link}/acknowledge", name="王工")
        refused = someone.post(f"{page.url.path}/reply", **REPLY)
        assert refused.status_code == 403
        assert "审签人" in refused.text
        assert office.status(order) == OrderStatus.HANDLING
        assert someone.get(page.url.path).status_code == 200  # the link was not used up


@pytest.mark.parametrize("token", ["", ".", "abc", "abc.def", "é.ü", "a" * 5000, "%00.%00"])
def test_what_is_no_link_of_ours_is_a_page_that_says_so(office: Office, token: str) -> None:
    with visiting(office.address) as someone:
        assert someone.get(f"/u/{token}").status_code in {404, 410}


@given(st.integers(min_value=0), st.text(alphabet="ABab01_-.", min_size=1, max_size=1))
def test_a_link_with_any_character_changed_is_refused(place: int, other: str) -> None:
    token = links.sign(b"secret", _GIVEN)
    assert links.read(b"secret", token, NOW) == _GIVEN
    place %= len(token)
    forged = token[:place] + other + token[place + 1 :]
    if forged != token:
        with pytest.raises(LinkEnded):
            links.read(b"secret", forged, NOW)


def test_another_installations_link_is_refused() -> None:
    with pytest.raises(LinkEnded):
        links.read(b"another", links.sign(b"secret", _GIVEN), NOW)
