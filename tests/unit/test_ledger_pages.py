"""The ledger's pages, a unit's and the public one: by role, with files, and with nothing lost when one is refused."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.desk import MODERATOR, Desk, open_desk
from support.web import staffed, visiting

from models.actions import promise_entry, promises
from models.actions.promise_entry import Spoken
from models.actions.promise_progress import MOST_BYTES
from models.promise_words import PromiseSource, PromiseState
from models.tables.ledger import Promise
from models.tables.promise_steps import PromiseEvidence, PromiseProgress, WorkPlan

_PLAN = """望溪市2026年便民服务工作要点

1.年底前修缮滨禾桥。(责任单位：住房和城乡建设局、各镇人民政府)
2.每季度至少召开1次座谈会。(责任单位：市直各部门)
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk, staffed(desk.house) as address:
        yield desk, address


def entered(desk: Desk, text: str) -> int:
    now = desk.house.now()
    today = now.astimezone(desk.house.settings.zone).date()
    spoken = Spoken(PromiseSource.CONFERENCE, "housing_bureau", text, today, "新闻发布会", today + timedelta(days=30))
    with desk.writing() as session:
        return promise_entry.enter_by_hand(session, desk.house.reckoner, spoken, MODERATOR, now).id or 0


def running(desk: Desk, text: str = "补齐步道护栏。") -> int:
    promise = entered(desk, text)
    with desk.writing() as session:
        promises.confirm_promise(session, desk.house.reckoner, promise, MODERATOR, desk.house.now())
    return promise


def test_a_promise_is_entered_by_hand_and_a_wrong_date_brings_the_words_back(office: tuple[Desk, str]) -> None:
    desk, address = office
    typed = {"source": "interview", "unit": "housing_bureau", "text": "路灯全部换新。", "made_on": "2026-03-02",
             "where": "在线访谈第二期", "due": "2026-03-01"}  # fmt: skip
    with visiting(address, "shen") as moderator:
        refused = moderator.post("/console/ledger/new", **typed)
        assert refused.status_code == 422
        assert "早于承诺作出之日" in refused.text
        assert "路灯全部换新。" in refused.text
        assert desk.all(Promise, text="路灯全部换新。") == []
        done = moderator.post("/console/ledger/new", **{**typed, "due": "2026-04-01"})
    assert done.status_code == 200
    row = desk.one(Promise, text="路灯全部换新。")
    assert (row.source, row.state, row.published_where) == ("interview", "to_confirm", "在线访谈第二期")


def test_a_unit_writes_progress_with_a_file_that_only_it_and_the_office_can_open(office: tuple[Desk, str]) -> None:
    desk, address = office
    promise = running(desk)
    with visiting(address, "wu") as unit:
        sent = unit.upload(f"/unit/ledger/{promise}/progress", {"files": ("立柱.jpg", b"picture")}, text="立柱已完成。")
        assert "立柱.jpg" in sent.text
        file = desk.one(PromiseEvidence, promise_id=promise)
        assert unit.get(f"/unit/ledger/{promise}/files/{file.id}").content == b"picture"
    with visiting(address, "shen") as moderator:
        got = moderator.get(f"/console/ledger/{promise}/files/{file.id}")
        assert got.content == b"picture"
        assert "attachment" in got.headers["content-disposition"]
    with visiting(address, "lu") as stranger:
        assert stranger.get(f"/unit/ledger/{promise}").status_code == 404
        assert stranger.get(f"/unit/ledger/{promise}/files/{file.id}").status_code == 404
        assert stranger.post(f"/unit/ledger/{promise}/report", progress="好了").status_code == 404


def test_too_large_a_file_is_refused_by_name_and_the_words_stay_in_the_form(office: tuple[Desk, str]) -> None:
    desk, address = office
    promise = running(desk)
    with visiting(address, "wu") as unit:
        film = ("航拍.mp4", b"0" * (MOST_BYTES + 1))
        sent = unit.upload(f"/unit/ledger/{promise}/progress", {"files": film}, text="护栏安装过半，见航拍。")
    assert sent.status_code == 413
    assert "航拍.mp4" in sent.text
    assert "护栏安装过半，见航拍。" in sent.text
    assert desk.all(PromiseProgress, promise_id=promise) == []


def test_close_out_and_publication_pass_through_two_people(office: tuple[Desk, str]) -> None:
    desk, address = office
    promise = running(desk, "更换井盖三十座。")
    with visiting(address, "wu") as unit:
        unit.post(f"/unit/ledger/{promise}/report", progress="全部更换。")
    with visiting(address, "shen") as moderator:
        assert moderator.post(f"/console/ledger/{promise}/public", text="请拨张三 19900001234").status_code == 422
        assert moderator.post(f"/console/ledger/{promise}/public", text="更换井盖三十座。").status_code == 200
        assert moderator.post(f"/console/ledger/{promise}/close", state="kept").status_code == 200
    row = desk.one(Promise, id=promise)
    assert row.state == PromiseState.KEPT
    with visiting(address) as citizen:
        assert "更换井盖三十座" not in citizen.get("/promises").text
    with visiting(address, "shen") as moderator:
        decision = {"grant": "true", "version": row.version}
        assert moderator.post(f"/console/ledger/{promise}/public/decision", **decision).status_code == 403
    with visiting(address, "du") as supervisor:
        supervisor.get(f"/console/ledger/{promise}")
        fresh = desk.one(Promise, id=promise).version
        done = supervisor.post(f"/console/ledger/{promise}/public/decision", grant="true", version=fresh)
        assert done.status_code == 200
    with visiting(address) as citizen:
        page = citizen.get("/promises").text
    assert "更换井盖三十座。" in page
    assert "已兑现" in page
    assert "演示数据" in page


def test_a_plan_is_imported_looked_at_and_reported_upward_from_its_page(office: tuple[Desk, str]) -> None:
    desk, address = office
    with visiting(address, "shen") as moderator:
        sent = moderator.upload("/console/ledger/plans", {"document": ("要点.txt", _PLAN.encode())})
        assert "读到 <b>2</b> 项：入账 2" in sent.text
        scan = moderator.upload("/console/ledger/plans", {"document": ("扫描.pdf", b"%PDF-1.7")})
        assert scan.status_code == 422
        assert "DOCX 或 TXT" in scan.text
        plan = desk.one(WorkPlan).id
        assert "每季度" in moderator.get(f"/console/ledger/plans/{plan}").text
        for kind in ("docx", "xlsx"):
            paper = moderator.get(f"/console/ledger/plans/{plan}/report.{kind}")
            assert paper.content[:2] == b"PK"
        assert moderator.get(f"/console/ledger/plans/{plan}/report.pdf").status_code == 404
        assert moderator.get("/console/ledger/rates").status_code == 200
    with visiting(address, "wu") as unit:
        assert unit.get(f"/console/ledger/plans/{plan}").status_code == 403
    with visiting(address, "ji") as auditor:
        assert auditor.get("/console/ledger/new").status_code == 403


def test_a_damaged_date_is_chosen_on_the_page_and_never_filled_in(office: tuple[Desk, str]) -> None:
    desk, address = office
    promise = running(desk, "公布目录。")
    with desk.writing() as session:
        row = session.get_one(Promise, promise)
        row.state, row.due, row.due_expr, row.choices = "to_confirm", None, "2027115前", ["2027-01-15", "2027-11-05"]
    with visiting(address, "shen") as moderator:
        page = moderator.get(f"/console/ledger/{promise}").text
        assert 'type="radio" name="due" value="2027-01-15"' in page
        assert "checked" not in page
        moderator.post(f"/console/ledger/{promise}/confirm", due="2027-11-05", unit="transport_bureau")
    row = desk.one(Promise, id=promise)
    assert (str(row.due), row.unit) == ("2027-11-05", "transport_bureau")


def shown(page: str, form: str) -> str:
    """What a form of an entry's page holds of the entry as it was shown."""
    inside = re.search(rf'action="{form}"(?:(?!</form>).)*name="seen" value="(\d+)"', page, re.DOTALL)
    assert inside, f"{form} says nothing of what was seen"
    return inside[1]


def test_a_change_is_granted_only_as_the_page_showed_it(office: tuple[Desk, str]) -> None:
    desk, address = office
    promise = running(desk, "更换路灯灯具。")
    room, today = f"/console/ledger/{promise}", desk.house.now().astimezone(desk.house.settings.zone).date()
    near, far = today + timedelta(days=40), today + timedelta(days=400)
    with visiting(address, "shen") as moderator, visiting(address, "du") as one, visiting(address, "du") as other:
        moderator.post(f"{room}/change", due=near.isoformat(), reason="灯具晚到")
        old = shown(one.get(room).text, f"{room}/change/decision")
        assert other.post(f"{room}/change/decision", grant="false", note="请写明到货日", seen=old).is_success
        moderator.post(f"{room}/change", due=far.isoformat(), reason="停产")
        late = one.post(f"{room}/change/decision", grant="true", seen=old)
        assert late.status_code == 409
        assert far.isoformat() in late.text
        assert desk.one(Promise, id=promise).due == today + timedelta(days=30)
        now = shown(late.text, f"{room}/change/decision")
        assert one.post(f"{room}/change/decision", grant="true", seen=now).is_success
    assert desk.one(Promise, id=promise).due == far


@pytest.mark.parametrize(("form", "said"), [("close", {"state": "kept"}), ("send-back", {"reason": "没有照片"})])
def test_an_entry_is_verified_on_the_report_that_was_read(
    office: tuple[Desk, str], form: str, said: dict[str, str]
) -> None:
    desk, address = office
    promise = running(desk, f"清理河道（{form}）。")
    room, units = f"/console/ledger/{promise}", f"/unit/ledger/{promise}"
    with visiting(address, "wu") as clerk, visiting(address, "du") as one, visiting(address, "hu") as other:
        assert clerk.post(f"{units}/report", progress="已清理 2 公里。").is_success
        old = shown(one.get(room).text, f"{room}/{form}")
        assert other.post(f"{room}/send-back", reason="请附照片", seen=old).is_success
        assert clerk.post(f"{units}/report", progress="只清理了 1 公里。").is_success
        late = one.post(f"{room}/{form}", seen=old, **said)
        assert (late.status_code, "只清理了 1 公里。" in late.text) == (409, True)
        assert desk.one(Promise, id=promise).state == PromiseState.TO_VERIFY
        assert one.post(f"{room}/{form}", seen=shown(late.text, f"{room}/{form}"), **said).is_success


def test_a_tab_says_how_many_its_list_holds_and_what_is_no_promise_is_counted_apart(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk, staffed(desk.house) as address:
        kept, struck = running(desk), entered(desk, "请以窗口公告为准。")
        with desk.writing() as session:
            promises.strike_promise(session, struck, "属于提示，不是承诺。", MODERATOR, desk.house.now())
            kept_row = session.get_one(Promise, kept)
            kept_row.due = desk.house.today() - timedelta(days=1)
        with visiting(address, "shen") as moderator:
            whole = moderator.get("/console/ledger").text
            late = moderator.get("/console/ledger?overdue=1").text
    assert "1 条，另有 1 条不列为承诺" in whole
    tabs = {name: int(count) for name, count in re.findall(r"(超期未兑现|未定期限|变更待审批) (\d+)</a>", whole)}
    assert tabs == {"超期未兑现": 1, "未定期限": 0, "变更待审批": 0}
    assert len(re.findall(r'data-label="承诺"', late)) == tabs["超期未兑现"]
