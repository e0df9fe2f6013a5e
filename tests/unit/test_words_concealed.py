"""Where it is hidden who wrote, the numbers in what they wrote are hidden too; the matter itself stays."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from support.desk import CLERK, MODERATOR, Desk, open_desk
from support.paper_desk import text_of
from support.web import enrol, serving, visiting

from classifiers.redaction import conceal
from console.web.marking import private_marked
from flows.call_register import register_rows
from flows.papers import print_order
from models.actions.calls import note_call
from models.actors import SYSTEM
from models.links import Link, Purpose, sign
from models.registration import Plan
from models.tables.calls import CallEntry
from models.tables.messages import Message
from models.tables.orders import Assignment, WorkOrder
from models.tables.record import History
from models.vocabulary import Channel, OrderStatus

TEXT = (
    "我叫陈小雨，住荷苑小区3栋2单元501，手机199 0000 1234，身份证990101199003070017，微信chenxy_88，"
    "邮箱mei@x.example，渝A12345常年占道，物业李强不管。"
)
SECRETS = ("陈小雨", "199 0000 1234", "990101199003070017", "chenxy_88", "mei@x.example")
MATTER = ("荷苑小区3栋2单元501", "渝A12345", "李强")
TITLE = "请回电19900001234"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk:
        enrol(desk.house)
        said = {"title": TITLE, "text": TEXT, "phone": "19900001234", "sender_name": "陈小雨"}
        now = desk.house.now()
        desk.take(now, **said)
        desk.take(now, **said, confidential=True)
        desk.take(now, **said, plan=Plan(domain="housing", kind="complaint", procedure="ordinary", urgency="normal",
                                         status=OrderStatus.TRIAGE))  # fmt: skip
        register(desk, **said)
        with serving(desk.house) as address:
            yield desk, address


def register(desk: Desk, **said: object) -> None:
    """A call that the housing bureau took."""
    now = desk.house.now()
    call = desk.take(now, channel=Channel.REGISTER, taken_by="housing_bureau", agent="接听人", **said)
    message = desk.one(Message, order_id=call.id)
    with desk.writing() as session:
        note_call(session, CallEntry(message_id=message.id, unit="housing_bureau", at=now, taken_by="接听人"))


def numbers(desk: Desk) -> list[str]:
    return [order.number for order in desk.all(WorkOrder)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话 199-0000-1234", "电话 [手机号]"), ("座机0300-8230001", "座机[电话号码]"),
        ("卡号6222021234567890123", "卡号[银行卡号]"), ("QQ：12345678", "QQ：[QQ号]"),
        ("渝A12345停在3栋门口，张伟看见了", "渝A12345停在3栋门口，张伟看见了"),
        ("每天7:30，3号线，A3区", "每天7:30，3号线，A3区"),
    ],
)  # fmt: skip
def test_numbers_of_a_person_are_concealed_and_what_the_matter_is_about_is_not(text: str, shown: str) -> None:
    assert conceal(text) == shown


def test_the_senders_own_name_is_concealed_and_no_word_that_merely_stands_in_its_place() -> None:
    assert conceal("我叫陈小雨，邻居李强也来过", ("陈小雨",)) == "我叫陈**，邻居李强也来过"
    assert conceal("市民都很着急", ("市民",)) == "市民都很着急"
    assert conceal("5551234，随时可以", ("5551234",)) == "[手机号]，随时可以"


def test_the_office_sees_words_without_numbers_until_it_asks_and_one_record_tells_of_both(
    office: tuple[Desk, str],
) -> None:
    desk, address = office
    page = f"/console/orders/{numbers(desk)[0]}"
    with visiting(address, "shen") as visitor:
        masked = visitor.get(page).text
        assert [secret for secret in (*SECRETS, "19900001234") if secret in masked] == []
        assert [said for said in MATTER if said not in masked] == []
        before = len(desk.all(History, action="unmask"))
        shown = visitor.post(f"{page}/contacts", why="verify").text
        assert [secret for secret in (*SECRETS, TITLE) if secret not in shown] == []
        assert len(desk.all(History, action="unmask")) == before + 1


@pytest.mark.parametrize("path", ["/console/triage", "/console/orders", "/console/calls", "/console/callbacks"])
def test_no_list_of_the_office_tells_what_its_pages_hide(office: tuple[Desk, str], path: str) -> None:
    _, address = office
    with visiting(address, "shen") as visitor:
        page = visitor.get(path).text
    assert "请回电" in page or "来电" in page
    assert [secret for secret in (*SECRETS, "19900001234") if secret in page] == []


def test_the_list_of_what_waits_marks_the_masks_and_cuts_no_number_in_two() -> None:
    text = "路灯坏了。" * 5 + "电话19900001234找我"
    pieces, kinds = private_marked(text, (), 30)
    assert kinds == ["手机号"]
    assert pieces[-1] == ("[手机号]", True)
    assert private_marked(text, (), 27)[0] == [(text[:27], False)]


def test_a_unit_reads_all_of_its_order_but_for_one_who_asked_to_stay_unnamed(office: tuple[Desk, str]) -> None:
    desk, address = office
    open_, secret, *_ = numbers(desk)
    with visiting(address, "wu") as clerk:
        whole = clerk.get(f"/unit/orders/{open_}").text
        assert [said for said in (*SECRETS, *MATTER) if said not in whole] == []
        masked = clerk.get(f"/unit/orders/{secret}").text
        assert [said for said in (*SECRETS, "19900001234") if said in masked] == []
        assert [said for said in MATTER if said not in masked] == []


def test_a_signed_link_shows_what_the_units_own_page_shows(office: tuple[Desk, str]) -> None:
    desk, address = office
    for number, hides in zip(numbers(desk)[:2], (False, True), strict=True):
        order = desk.one(WorkOrder, number=number)
        part = desk.one(Assignment, order_id=order.id).id or 0
        until = int((desk.house.now() + timedelta(days=1)).timestamp())
        token = sign(desk.house.secret, Link(Purpose.HANDLE, order.id or 0, "housing_bureau", part, until, "abc"))
        with visiting(address) as stranger:
            page = stranger.get(f"/u/{token}").text
        assert all(said in page for said in MATTER)
        assert all((secret not in page) is hides for secret in SECRETS)


def test_a_paper_tells_numbers_only_where_it_tells_who_wrote_and_that_is_recorded(office: tuple[Desk, str]) -> None:
    desk, _ = office
    now = desk.house.now()
    open_, secret, *_ = numbers(desk)
    before = len(desk.all(History, action="unmask"))
    assert "199 0000 1234" not in text_of(print_order(desk.house, MODERATOR, open_, "intake", now))
    assert len(desk.all(History, action="unmask")) == before
    assert "199 0000 1234" in text_of(print_order(desk.house, MODERATOR, open_, "assignment", now))
    assert len(desk.all(History, action="unmask")) == before + 1
    hidden = text_of(print_order(desk.house, CLERK, secret, "assignment", now))
    assert [said for said in SECRETS if said in hidden] == []


def test_the_register_of_calls_shows_the_office_no_numbers_and_the_unit_its_own(office: tuple[Desk, str]) -> None:
    desk, _ = office
    day = desk.house.now().date()
    span = (day - timedelta(days=1), day + timedelta(days=1))
    register(desk, text=TEXT, title=TITLE, phone="19900001234", sender_name="陈小雨", confidential=True)
    for actor, shows in ((MODERATOR, (False, False)), (CLERK, (True, False)), (SYSTEM, (True, True))):
        lines = [" ".join(row.cells.values()) for row in register_rows(desk.house, actor, *span)]
        for said, shown in zip(lines, shows, strict=True):
            assert ("19900001234" in said) is shown
            assert ("990101199003070017" in said) is shown
            assert "荷苑小区" in said


def test_concealed_words_are_searched_as_they_were_written(office: tuple[Desk, str]) -> None:
    desk, address = office
    with visiting(address, "shen") as visitor:
        found = visitor.get("/console/orders?q=19900001234").text
    assert [number for number in numbers(desk) if number not in found] == []
