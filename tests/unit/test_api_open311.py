"""GeoReport v2: services, and forms that are sent in, with formats and errors of its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from support.desk import sealed
from support.georeport import FORM, NOW, ROOT, tree_of
from support.interfaces import Counter, open_counter

from models import identity
from models.tables.intake import Intake
from models.tables.messages import Message
from models.vocabulary import Channel


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with open_counter(tmp_path, NOW) as opened:
        yield opened


def test_services_and_their_definitions_are_the_same_in_json_and_xml(counter: Counter) -> None:
    services = counter.http.get(f"{ROOT}/services.json").json()
    tree = tree_of(counter.http.get(f"{ROOT}/services.xml"))
    assert [s["service_code"] for s in services] == [e.findtext("service_code") for e in tree.findall("service")]
    assert {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"} <= services[
        0
    ].keys()
    assert tree.findtext("service/metadata") == "true"
    definition = counter.http.get(f"{ROOT}/services/housing.json").json()
    tree = tree_of(counter.http.get(f"{ROOT}/services/housing.xml"))
    assert tree.tag == "service_definition"
    assert tree.findtext("service_code") == definition["service_code"] == "housing"
    assert [a["code"] for a in definition["attributes"]] == ["may_publish", "confidential"]
    assert tree.findtext("attributes/attribute/values/value/key") == "yes"


def test_discovery_names_the_endpoint_and_its_formats(counter: Counter) -> None:
    said = counter.http.get(f"{ROOT}/discovery.json").json()
    assert said["endpoints"][0]["url"] == "http://huiyin.test/open311/v2"
    assert said["endpoints"][0]["type"] == "test"
    tree = tree_of(counter.http.get(f"{ROOT}/discovery.xml"))
    assert [e.text for e in tree.findall("endpoints/endpoint/formats/format")] == ["text/xml", "application/json"]


def test_the_accept_header_decides_where_no_format_is_named(counter: Counter) -> None:
    xml = counter.http.get(f"{ROOT}/services", headers={"accept": "text/xml"})
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"
    assert xml.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert counter.http.get(f"{ROOT}/services").headers["content-type"] == "application/json"


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_posted_request_becomes_a_message_and_its_token_leads_to_the_order(counter: Counter, form: str) -> None:
    said = counter.http.post(f"{ROOT}/requests.{form}", data=FORM | {"attribute[may_publish]": "yes"})
    assert said.status_code == 201
    token = said.json()[0]["token"] if form == "json" else tree_of(said).findtext("request/token")
    row = counter.desk.one(Intake)
    assert row.query_code == token
    message = json.loads(row.payload)["message"]
    assert (message["channel"], message["sender_name"], message["may_publish"]) == ("open311", "覃小满", True)
    assert message["title"] == "交通出行：学府路东段坑洼不平，"
    assert message["text"].endswith("地点：学府路东段（北纬30.1，东经114.2）")
    waiting = counter.http.get(f"{ROOT}/tokens/{token}.json").json()
    assert waiting == [{"service_request_id": None, "token": token}]


def test_a_token_gives_the_number_but_never_that_of_a_sealed_order(counter: Counter) -> None:
    order = counter.desk.take(NOW, channel=Channel.OPEN311)
    code = identity.query_code(counter.desk.house.secret, counter.desk.taken[0])
    assert counter.http.get(f"{ROOT}/tokens/{code}.json").json()[0]["service_request_id"] == order.number
    token = counter.http.post(f"{ROOT}/requests.json", data=FORM).json()[0]["token"]
    waiting = counter.http.get(f"{ROOT}/tokens/{token}.json").json()
    accusation = counter.desk.take(NOW, channel=Channel.OPEN311, plan=sealed())
    with counter.desk.writing() as session:
        message = counter.desk.one(Message, order_id=accusation.id)
        session.get_one(Message, message.id).query_code = token
    assert counter.http.get(f"{ROOT}/tokens/{token}.json").json() == waiting
    assert counter.http.get(f"{ROOT}/tokens/ABCDEFGH2345.json").status_code == 404


@pytest.mark.parametrize(
    ("fields", "status", "why"),
    [
        ({"service_code": ""}, 400, "service_code（服务代码）：必须填写"),
        ({"service_code": "nosuch"}, 404, "nosuch"),
        ({"description": "\x00 \n"}, 400, "description（诉求内容）：必须填写"),
        ({"description": "长" * 20_001}, 400, "20000"),
        ({"lat": "北"}, 400, "lat（纬度）"),
        ({"lat": "nan"}, 400, "lat（纬度）"),
        ({"long": "181"}, 400, "long（经度）"),
        ({"phone": "1.99e10"}, 400, "phone（联系电话）"),
        ({"phone": "无名氏电话"}, 400, "phone（联系电话）：不是电话号码"),
        ({"email": "覃小满"}, 400, "email（电子邮箱）：不是邮箱地址"),
        ({"long": ""}, 400, "lat（纬度）和 long（经度）须一并填写"),
        (
            {"attribute[confidential]": "要求保密"},
            400,
            "attribute[confidential]（是否要求保密（yes/no））：只能是 yes 或 no",
        ),
        ({"attribute[may_publish]": "maybe"}, 400, "attribute[may_publish]"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url（图片地址）"),
        ({f"field{n}": "x" for n in range(300)}, 400, "200"),
    ],
)
def test_a_faulty_form_is_answered_in_open311s_own_form(
    counter: Counter, fields: dict[str, str], status: int, why: str
) -> None:
    said = counter.http.post(f"{ROOT}/requests.xml", data=FORM | fields)
    assert said.status_code == status
    tree = tree_of(said)
    assert (tree.tag, tree.findtext("error/code")) == ("errors", str(status))
    assert why in (tree.findtext("error/description") or "")
    assert not counter.desk.all(Intake)


def test_other_bodies_than_forms_and_too_large_ones_are_refused(counter: Counter) -> None:
    assert counter.http.post(f"{ROOT}/requests.json", json=FORM).status_code == 400
    assert counter.http.post(f"{ROOT}/requests.json", files={"media": b"x"}, data=FORM).status_code == 400
    said = counter.http.post(f"{ROOT}/requests.json", data=FORM | {"description": "x" * 1_100_000})
    assert said.status_code == said.json()[0]["code"] == 413


def _parts(words: bytes) -> bytes:
    fields = (b"service_code", b"housing"), (b"description", words)
    said = (b'--x\r\ncontent-disposition: form-data; name="%b"\r\n\r\n%b\r\n' % field for field in fields)
    return b"".join(said) + b"--x--\r\n"


WORDS = "文峰路的路灯坏了".encode("gb18030")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"service_code=housing&description=" + WORDS),
        ("application/x-www-form-urlencoded", f"service_code=housing&description={quote(WORDS)}".encode()),
        ("multipart/form-data; boundary=x", _parts(WORDS)),
    ],
)
def test_a_form_that_is_not_utf8_is_refused_before_its_words_are_lost(counter: Counter, kind: str, body: bytes) -> None:
    said = counter.http.post(f"{ROOT}/requests.json", content=body, headers={"content-type": kind})
    assert said.status_code == 400
    assert "UTF-8" in said.json()[0]["description"]
    assert not counter.desk.all(Intake)


def test_who_left_no_telephone_is_not_told_to_look_up_with_its_digits(counter: Counter) -> None:
    [said] = counter.http.post(f"{ROOT}/requests.json", data=FORM).json()
    assert "后四位" in said["service_notice"]
    [said] = counter.http.post(f"{ROOT}/requests.json", data=FORM | {"phone": ""}).json()
    assert "没有留联系电话" in said["service_notice"]
    assert "后四位" not in said["service_notice"]


@pytest.mark.parametrize("word", ["yes", "YES", "true", "1", "是"])
def test_a_wish_to_stay_unnamed_is_read_in_each_of_its_words(counter: Counter, word: str) -> None:
    fields = FORM | {"attribute[confidential]": word, "attribute[may_publish]": "yes"}
    assert counter.http.post(f"{ROOT}/requests.json", data=fields).status_code == 201
    message = json.loads(counter.desk.one(Intake).payload)["message"]
    assert (message["confidential"], message["may_publish"]) == (True, False)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/requests.json?status=gone", 400), ("/requests.json?start_date=yesterday", 400),
        ("/requests.json?end_date=0001-01-01T00:00:00Z", 400),
        ("/requests.json?end_date=9999-12-31T23:59:59-12:00", 400),
        ("/requests.json?start_date=2026-02-02&end_date=2026-02-01", 400),
        ("/requests.json?page=0", 400), ("/requests.json?page=99999999999999999999", 400),
        ("/requests.json?page_size=1000000", 400), ("/requests/WX0.json", 404), ("/requests/%00.json", 404),
        ("/services/nosuch.json", 404), ("/services.json?jurisdiction_id=nowhere", 404), ("/tokens/%00.json", 404),
        ("/nosuch.json", 404), ("/services.pdf", 404),
    ],
)  # fmt: skip
def test_every_error_has_a_code_and_a_description(counter: Counter, path: str, status: int) -> None:
    said = counter.http.get(ROOT + path)
    assert said.status_code == status
    [error] = said.json()
    assert error["code"] == status
    assert error["description"]


def test_a_picture_may_come_with_the_form_as_common_clients_send_it(counter: Counter) -> None:
    picture = ("photo.png", b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x00IEND\xae\x42\x60\x82", "image/png")
    said = counter.http.post(f"{ROOT}/requests.json", data=FORM | {"api_key": ""}, files={"media": picture})
    assert said.status_code == 201, said.text
    message = json.loads(counter.desk.one(Intake).payload)["message"]
    assert [(a["name"], a["content_type"]) for a in message["attachments"]] == [("photo.png", "image/png")]
    assert message["sender_name"] == "覃小满"
    wrong = counter.http.post(f"{ROOT}/requests.json", data=FORM, files={"media": ("a.exe", b"MZ")})
    assert wrong.status_code == 400
    assert "a.exe" in wrong.json()[0]["description"]


def test_the_jurisdiction_may_stand_in_the_form(counter: Counter) -> None:
    profile = counter.desk.house.profile
    assert counter.http.post(f"{ROOT}/requests.json", data=FORM | {"jurisdiction_id": profile.code}).status_code == 201
    wrong = counter.http.post(f"{ROOT}/requests.xml", data=FORM | {"jurisdiction_id": "elsewhere.gov"})
    assert wrong.status_code == 404
    assert tree_of(wrong).findtext("error/code") == "404"
