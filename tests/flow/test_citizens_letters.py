"""A citizen's letter: files with limits, the way back to it, 再次反映, and tries that lock nobody else out."""

import io
import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from support.camera import jpeg, png
from support.desk import CLERK, HEAD, REVIEWER, Desk, open_desk
from support.web import serving, visiting

from models import identity
from models.actions import handling, replying
from models.tables.follow_ups import Reopening
from models.tables.intake import Intake
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus, Outcome

LETTER = {"title": "楼道灯不亮", "text": "幸福里小区3栋楼道灯坏了三周。", "phone": "19900001234"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk, serving(desk.house) as address:
        yield desk, address


def sent(address: str, *files: tuple[str, bytes], **changed: str) -> httpx.Response:
    given = [("files", (name, io.BytesIO(content), "image/jpeg")) for name, content in files]
    with visiting(address) as citizen:
        return citizen.client.post("/send", data=LETTER | changed, files=given or None)


def answered(desk: Desk) -> tuple[WorkOrder, str]:
    order = desk.take(desk.house.now(), phone="19900004321")
    code = desk.all(Message, order_id=order.id)[0].query_code
    now = desk.house.now()
    assert order.id is not None
    with desk.writing() as session:
        handling.acknowledge(session, order.id, CLERK, now)
        replying.write_reply(session, order.id, "已更换灯具。", Outcome.RESOLVED, CLERK, now)
        replying.sign_off(session, desk.house.reckoner, order.id, [], HEAD, now)
        replying.approve_reply(session, order.id, REVIEWER, now)
    return order, code


def test_a_picture_is_taken_without_what_the_camera_noted(office: tuple[Desk, str]) -> None:
    desk, address = office
    page = sent(address, ("灯.jpg", jpeg()), ("灯.png", png()), title="附图")
    assert "来信已收到" in page.text
    row = next(r for r in desk.all(Intake) if "附图" in r.payload)
    kept = json.loads(row.payload)["message"]["attachments"]
    assert [(a["name"], a["content_type"]) for a in kept] == [("灯.jpg", "image/jpeg"), ("灯.png", "image/png")]
    for one in kept:
        content = desk.house.blobs.get(one["blob"])
        assert b"GPS" not in content
        assert b"home" not in content
        assert b"pixels" in content


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([("a.jpg", b"\xff\xd8\xff")] * 4, "附件最多 3 个"),
        ([("a.pdf", b"%PDF-" + bytes(5 * 1024 * 1024))], "超过 5 MB"),
        ([("a.jpg", b"<html>")], "不是可以收的类型"),
        ([("a.exe", b"PK\x03\x04")], "不是可以收的类型"),
    ],
)
def test_a_file_beyond_the_limits_is_refused_by_name(
    office: tuple[Desk, str], files: list[tuple[str, bytes]], why: str
) -> None:
    page = sent(office[1], *files)
    assert page.status_code == 422
    assert why in page.text
    assert "附件需重新选择" in page.text
    assert LETTER["text"] in page.text


def test_the_answer_is_a_page_of_its_own_that_reloads_and_can_be_left(office: tuple[Desk, str]) -> None:
    desk, address = office
    _, code = answered(desk)
    with visiting(address) as citizen:
        asked = citizen.client.post("/track", data={"code": code, "last4": "4321"}, follow_redirects=False)
        assert (asked.status_code, asked.headers["location"]) == (303, "/track")
        assert "4321" not in asked.headers["location"]
        assert "已更换灯具" in citizen.get("/track").text
        assert "已更换灯具" in citizen.get("/track").text
        assert "已更换灯具" not in citizen.get("/track?code=ABCDEFGH2345").text
        citizen.post("/track/leave")
        assert "已更换灯具" not in citizen.get("/track").text


def test_a_made_up_cookie_shows_nothing(office: tuple[Desk, str]) -> None:
    desk, address = office
    _, code = answered(desk)
    with visiting(address) as citizen:
        for said in (f"{code}.4321.99999999999.{'0' * 64}", "x", "é.é", f"{code}.4321"):
            page = citizen.client.get("/track", headers={"cookie": f"huiyin_track={said}".encode()})
            assert page.status_code == 200
            assert "已更换灯具" not in page.text


def test_asking_again_after_the_answer_reopens_the_order_for_its_unit_to_read(office: tuple[Desk, str]) -> None:
    desk, address = office
    order, code = answered(desk)
    words = "二楼的灯第二天又不亮了，请再派人来修。"
    with visiting(address) as citizen:
        wrong = citizen.post("/track/again", code=code, last4="0000", again=words)
        assert wrong.status_code == 404
        page = citizen.post("/track/again", code=code, last4="4321", again=words)
        assert "将交承办单位重新办理" in page.text
    again = desk.one(WorkOrder, id=order.id)
    assert (again.status, again.cycle) == (OrderStatus.DISPATCHED.value, 2)
    assert desk.one(Reopening, order_id=order.id).words == words


def test_asking_again_while_it_is_open_brings_the_words_in_as_a_letter_that_names_the_order(
    office: tuple[Desk, str],
) -> None:
    desk, address = office
    order = desk.take(desk.house.now(), phone="19900004321", confidential=True)
    code = desk.all(Message, order_id=order.id)[0].query_code
    with visiting(address) as citizen:
        page = citizen.post("/track/again", code=code, last4="4321", again="三楼也坏了。")
        assert "另给查询码" in page.text
    row = next(r for r in desk.all(Intake) if "三楼也坏了" in r.payload)
    said = json.loads(row.payload)["message"]
    assert order.number in said["title"]
    assert (said["phone"], said["confidential"]) == ("19900004321", True)
    assert identity.query_code(desk.house.secret, row.id) in page.text


def test_words_against_the_units_people_do_not_reach_the_unit(office: tuple[Desk, str]) -> None:
    desk, address = office
    order, code = answered(desk)
    words = "我要举报：市住建局来修灯的工作人员索要好处费，收了我500元现金，请纪委查处。"
    with visiting(address) as citizen:
        assert "另给查询码" in citizen.post("/track/again", code=code, last4="4321", again=words).text
    assert desk.one(WorkOrder, id=order.id).status == OrderStatus.REPLIED.value
    assert desk.all(Reopening, order_id=order.id) == []


def test_a_strangers_wrong_tries_elsewhere_do_not_lock_the_citizen_out(office: tuple[Desk, str]) -> None:
    desk, address = office
    _, code = answered(desk)
    with httpx.Client(
        base_url=address, transport=httpx.HTTPTransport(local_address="127.0.0.2"), follow_redirects=True
    ) as stranger:
        tries = [stranger.post("/track", data={"code": code, "last4": f"{n:04}"}).status_code for n in range(12)]
        assert tries == [404] * 10 + [429] * 2
    with visiting(address) as citizen:
        assert "已更换灯具" in citizen.post("/track", code=code, last4="4321").text
        for _ in range(12):
            assert citizen.post("/track", code=code, last4="4321").status_code == 200


@pytest.mark.parametrize("digits", ["4321", "４３２１", " 43 21 "])
@pytest.mark.parametrize(
    "typing",
    [
        lambda code: f"{code[:4]}-{code[4:8]}-{code[8:]}",
        lambda code: f" {code[:6]} {code[6:]} ".lower(),
        lambda code: "".join(chr(ord(c) + 0xFEE0) for c in code),
    ],
    ids=["hyphens", "small with spaces", "full-width"],
)
def test_a_code_and_its_digits_are_found_however_they_are_typed(
    office: tuple[Desk, str], typing: Callable[[str], str], digits: str
) -> None:
    desk, address = office
    _, code = answered(desk)
    with visiting(address) as citizen:
        page = citizen.post("/track", code=typing(code), last4=digits)
        again = citizen.get(f"/track?code={typing(code)}")
        told = citizen.client.get(f"/api/messages/{typing(code)}", params={"last4": digits})
    assert "已更换灯具" in page.text
    assert "已更换灯具" in again.text
    assert (told.json()["query_code"], told.json()["reply"]) == (code, "已更换灯具。")


def test_an_address_that_is_none_is_said_on_the_form_that_keeps_everything(office: tuple[Desk, str]) -> None:
    desk, address = office
    letters = len(desk.all(Intake))
    given = {"email": "bad", "name": "覃小满", "region": "幸福里", "may_publish": "1"}
    page = sent(address, **given)
    assert page.status_code == 422
    assert "电子邮箱有误" in page.text
    assert '<input name="email" aria-invalid="true"' in page.text
    for kept in (*LETTER.values(), "bad", "覃小满", "幸福里"):
        assert kept in page.text
    assert 'name="may_publish" value="1" checked' in page.text
    assert len(desk.all(Intake)) == letters
    assert "来信已收到" in sent(address, email="xiaoman＠example.com").text
