"""The knowledge base, consultations and yearly figures as people and programs meet them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from support.desk import MODERATOR, REVIEWER, Desk, open_desk
from support.pressroom import answered
from support.web import staffed, visiting

from flows import knowledge
from flows.knowledge import Written
from models.tables.knowledge import KnowledgeEntry, KnowledgeVersion

TITLE = "维修资金能不能修屋顶"
TEXT = "锦绣苑5栋顶楼漏雨，想用维修资金修屋顶，是不是要全小区业主同意？"
ANSWER = "屋顶由受益的业主分摊，不需要全小区同意。"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk, staffed(desk.house) as address:
        yield desk, address


def last_day(desk: Desk, days: int = 300) -> date:
    return desk.house.today() + timedelta(days=days)


def entry(desk: Desk, question: str, *, public: bool = True, approve: bool = True, days: int = 300) -> int:
    now = desk.house.now()
    written = Written(question, ANSWER, "housing_bureau", "housing", "《办法》（虚构）", last_day(desk, days), public)
    made = knowledge.propose(desk.house, written, MODERATOR, now)
    if approve:
        knowledge.approve(desk.house, made.id or 0, 1, REVIEWER, now)
    return made.id or 0


def test_a_number_that_no_column_holds_names_nothing(office: tuple[Desk, str]) -> None:
    _, address = office
    large = "9" * 23
    with visiting(address) as citizen:
        for path in (f"/knowledge/{large}", f"/solicitations/{large}"):
            assert citizen.get(path).status_code == 404
        said = citizen.get(f"/api/knowledge/{large}")
        assert (said.status_code, list(said.json()["fields"])) == (422, ["entry"])
    with visiting(address, "shen") as moderator:
        assert moderator.get(f"/console/orders?before={large}").status_code == 404


def test_a_unit_proposes_on_its_page_and_the_moderator_approves_on_his(office: tuple[Desk, str]) -> None:
    desk, address = office
    form = {
        "asked": "屋顶漏雨能用维修资金修吗？", "answer": ANSWER, "policy": "《办法》（虚构）第十八条",
        "valid_until": last_day(desk).isoformat(), "domain": "housing", "public": "1",
    }  # fmt: skip
    with visiting(address, "wu") as clerk:
        assert "已经过去" in clerk.post("/unit/knowledge/new", **{**form, "valid_until": "2020-01-01"}).text
        assert "不是日期" in clerk.post("/unit/knowledge/new", **{**form, "valid_until": "年底"}).text
        kept = clerk.post("/unit/knowledge/new", **{**form, "answer": "业主身份证号990101199001011234"})
        assert kept.status_code == 422
        assert form["asked"] in kept.text
        page = clerk.post("/unit/knowledge/new", **form)
        assert "待审核" in page.text
        number = int(re.findall(r"/unit/knowledge/(\d+)", str(page.url))[0])
        assert clerk.post(f"/console/knowledge/{number}/approve", version=1).status_code == 403
    order = desk.take(desk.house.now(), title=TITLE, text=TEXT)
    with visiting(address, "shen") as moderator:
        assert "问答库建议" not in moderator.get(f"/console/orders/{order.number}").text
        assert "已审核通过" in moderator.post(f"/console/knowledge/{number}/approve", version=1).text
        shown = moderator.get(f"/console/orders/{order.number}").text
    assert "问答库建议" in shown
    assert re.search("推荐理由：[^<]*屋顶", shown)
    with visiting(address, "wu") as clerk:
        assert ANSWER in clerk.get(f"/unit/orders/{order.number}").text


def test_another_unit_and_an_auditor_write_nothing(office: tuple[Desk, str]) -> None:
    desk, address = office
    number = entry(desk, "加装电梯有补贴吗？")
    with visiting(address, "lu") as other:
        assert other.get(f"/unit/knowledge/{number}").status_code == 404
        assert other.post(f"/unit/knowledge/{number}/retire", why="错").status_code == 404
    with visiting(address, "ji") as auditor:
        assert auditor.get(f"/console/knowledge/{number}").status_code == 200
        assert auditor.post(f"/console/knowledge/{number}/retire", why="错").status_code == 403
        assert auditor.get("/console/knowledge/new").status_code == 403
    assert desk.one(KnowledgeEntry, id=number).retired_at is None


def test_the_public_and_the_interface_find_only_what_is_approved_public_and_in_force(office: tuple[Desk, str]) -> None:
    desk, address = office
    shown = entry(desk, "暖气不热找哪个部门报修？")
    hidden = [entry(desk, "暖气费内部口径？", public=False), entry(desk, "暖气开栓时间？", approve=False)]
    ended = entry(desk, "暖气去年的价格？", days=0)
    with desk.writing() as session:
        row = session.get_one(KnowledgeVersion, desk.one(KnowledgeVersion, entry_id=ended).id)
        row.valid_until = last_day(desk, -1)
    with visiting(address) as citizen:
        page = citizen.get("/knowledge?q=暖气").text
        told = citizen.get("/api/knowledge?q=暖气").json()
        assert citizen.get(f"/knowledge/{shown}").status_code == 200
        for number in (*hidden, ended, 9999):
            assert citizen.get(f"/knowledge/{number}").status_code == 404
            assert citizen.get(f"/api/knowledge/{number}").status_code == 404
        assert citizen.get("/api/knowledge").json()["count"] >= 1
        assert "没有查到" in citizen.get("/knowledge?q=zzz<b>").text
        assert citizen.get("/knowledge?q=%00zzz").status_code == 422
    assert "演示数据" in page
    assert "内部口径" not in page
    assert "去年的价格" not in page
    assert [each["id"] for each in told["entries"]] == [shown]
    assert told["notice"] == "演示数据"


def test_a_search_that_finds_nothing_names_its_words_and_says_that_they_are_whole(office: tuple[Desk, str]) -> None:
    desk, address = office
    entry(desk, "加装充电桩要哪些手续？")
    said = "没有查到含有“钓鱼”或“许可证”的问答。查找以整个词为准"
    with visiting(address) as citizen, visiting(address, "shen") as moderator:
        for visitor, page in ((citizen, "/knowledge"), (moderator, "/console/knowledge")):
            assert said in visitor.get(f"{page}?q=钓鱼许可证怎么办").text
            assert "单独一个字查不出" in visitor.get(f"{page}?q=电").text
            assert "加装充电桩" in visitor.get(f"{page}?q=充电桩").text


def test_an_answered_order_offers_its_reply_once(office: tuple[Desk, str]) -> None:
    desk, address = office
    order = answered(desk, external_id="路灯")
    with visiting(address, "shen") as moderator:
        assert "收入问答库" in moderator.get(f"/console/orders/{order.number}").text
        form = moderator.get(f"/console/knowledge/new?order={order.number}").text
        assert "马长河" not in form
        assert "19900004321" not in form
        done = moderator.post(
            "/console/knowledge/new", asked="路灯坏了多久修好？", answer="一般三日内修复。", policy="《办法》（虚构）",
            valid_until=last_day(desk).isoformat(), domain="housing", unit="housing_bureau", order=order.number,
        )  # fmt: skip
        assert "待审核" in done.text
        assert "收入问答库" not in moderator.get(f"/console/orders/{order.number}").text


def test_a_sheet_is_uploaded_and_its_faulty_rows_are_named(office: tuple[Desk, str]) -> None:
    desk, address = office
    row = f"housing_bureau,housing,《办》,{last_day(desk)}\n"
    sheet = f"问题,答复,责任单位,领域,政策依据,有效期至\n问甲？,答甲。,{row}问乙？,,{row}"
    with visiting(address, "shen") as moderator:
        for content, status in ((sheet.encode("gb18030"), 200), (b"%PDF-1.7", 422)):
            answer = moderator.upload("/console/knowledge/import", {"file": ("问答.csv", content)})
            assert answer.status_code == status
            if status == 200:
                assert "第3行" in answer.text
                assert "“答复”是空的" in answer.text
        assert moderator.get("/console/knowledge/export.xlsx").content.startswith(b"PK")


def test_a_consultations_result_is_read_by_everybody_after_it_was_published(office: tuple[Desk, str]) -> None:
    desk, address = office
    yesterday, before = last_day(desk, -1).isoformat(), last_day(desk, -20).isoformat()
    with visiting(address, "wu") as clerk:
        made = clerk.post(
            "/unit/solicitations", title="停车方案", about="设车位60个。", opens_on=before, closes_on=yesterday
        )
        number = re.findall(r"/unit/solicitations/(\d+)", made.text)[0]
        page = clerk.post(f"/unit/solicitations/{number}/opinions", opinion="改单行线。", heard=5).text
        said = re.findall(r"/opinions/(\d+)", page)[0]
        path = f"/unit/solicitations/{number}/opinions/{said}"
        assert clerk.post(path, adoption="rejected", reason="").status_code == 422
        clerk.post(path, adoption="rejected", reason="路网不足以分流。")
        clerk.post(f"/unit/solicitations/{number}/overall", overall="收到一类意见。")
        assert clerk.post(f"/console/solicitations/{number}/publish").status_code == 403
    with visiting(address) as citizen:
        assert citizen.get(f"/solicitations/{number}").status_code == 404
    with visiting(address, "shen") as moderator:
        assert "结果已公开" in moderator.post(f"/console/solicitations/{number}/publish").text
    with visiting(address) as citizen:
        result = citizen.get(f"/solicitations/{number}").text
        assert "停车方案" in citizen.get("/solicitations").text
    for words in ("总体情况", "不采纳", "路网不足以分流。", "5 人次", "演示数据"):
        assert words in result


def test_the_years_figures_are_shown_and_a_year_that_is_none_is_refused(office: tuple[Desk, str]) -> None:
    _, address = office
    with visiting(address, "du") as supervisor:
        year = re.findall(r"(\d{4}) 年来件统计", supervisor.get("/console/annual").text)[0]
        done = supervisor.post("/console/annual/hall", year=year, month=1, unit="housing_bureau", handled=882)
        assert "882" in done.text
        assert supervisor.get(f"/console/annual.xlsx?year={year}").content.startswith(b"PK")
        for wrong in ("9999", "去年", "-1", "1e3"):
            assert supervisor.get(f"/console/annual?year={wrong}").status_code == 422
    with visiting(address, "bian") as editor:
        assert (
            editor.post("/console/annual/hall", year=year, month=1, unit="housing_bureau", handled=1).status_code == 403
        )


def test_many_imported_entries_are_decided_at_once_and_never_by_who_imported_them(office: tuple[Desk, str]) -> None:
    desk, address = office
    theirs = [entry(desk, f"第{n}批新能源车位怎么申请？", approve=False) for n in range(3)]
    with visiting(address, "hu") as other, visiting(address, "shen") as importer:
        page = other.get("/console/knowledge?show=waiting").text
        assert all(f'value="{number}:1"' in page for number in theirs)
        assert ANSWER in page
        own = importer.get("/console/knowledge?show=waiting").text
        assert f'value="{theirs[0]}:1"' not in own
        told = importer.post("/console/knowledge/bulk", act="approve", rows=[f"{theirs[0]}:1"]).text
        assert "完成 0 条，未办成 1 条" in told
        assert "不能由同一人办理" in told
        assert "须写明理由" in other.post("/console/knowledge/bulk", act="refuse", rows=[f"{theirs[2]}:1"]).text
        knowledge.amend(desk.house, theirs[1], _changed(desk, "改过的问题？"), MODERATOR, desk.house.now())
        told = other.post("/console/knowledge/bulk", act="approve", rows=[f"{n}:1" for n in theirs[:2]]).text
        assert "完成 1 条，未办成 1 条" in told
        assert re.search("改过的问题？</a> <span[^>]*>[^<]*不在待审核状态", told)  # what was read is what is approved
        refused = other.post("/console/knowledge/bulk", act="refuse", rows=[f"{theirs[2]}:1"], why="依据已经废止")
        assert "退回：完成 1 条" in refused.text
        again = other.get(str(refused.url))
        assert "退回：完成 1 条" in again.text  # had by GET: reloading tells it again and does nothing
        assert other.post("/console/knowledge/bulk", act="approve").status_code == 422
    with visiting(address, "wu") as unit, visiting(address, "ji") as auditor:
        for visitor in (unit, auditor):
            answer = visitor.post("/console/knowledge/bulk", act="approve", rows=[f"{theirs[1]}:2"])
            assert answer.status_code == 403
    states = {n: [v.state for v in desk.all(KnowledgeVersion, entry_id=n)] for n in theirs}
    assert states == {theirs[0]: ["approved"], theirs[1]: ["refused", "proposed"], theirs[2]: ["refused"]}


def _changed(desk: Desk, question: str) -> Written:
    return Written(question, ANSWER, "housing_bureau", "housing", "《办法》（虚构）", last_day(desk), public=True)


def test_an_entry_sent_twice_is_proposed_once(office: tuple[Desk, str]) -> None:
    desk, address = office
    form = {"asked": "老年卡在哪里年审？", "answer": "各镇便民服务中心都可以办理。", "policy": "《办法》（虚构）",
            "valid_until": last_day(desk).isoformat(), "unit": "transport_bureau", "domain": "transport"}  # fmt: skip
    with visiting(address, "shen") as moderator:
        assert "待审核" in moderator.post("/console/knowledge/new", **form).text
        again = moderator.post("/console/knowledge/new", **form)
        other = moderator.post("/console/knowledge/new", **(form | {"answer": "到市民之家办理。"}))
    assert (again.status_code, "没有重复登记" in again.text) == (409, True)
    assert other.status_code == 200
    assert len(desk.all(KnowledgeVersion, question=form["asked"])) == 2
