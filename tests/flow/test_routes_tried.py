"""规则试算: another matrix is tried on the messages of late, and the matrix that routed an order is kept."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.commands import Shell
from support.desk import at
from support.loop_desk import MATTERS, LoopDesk, open_loop, posts
from support.web import enrol, serving, visiting

from flows.route_trials import notes_on, try_matrix
from models.actions.matrix_versions import keep_matrix, version_at, versions
from models.database import reading
from models.errors import BadProfile
from models.profile import SHIPPED, Profile, load_profile
from models.profile_changes import route_changes
from models.profile_checks import with_matrix
from models.profile_parts import Route
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.tables.record import RoutingVersion
from models.vocabulary import Channel


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as opened:
        yield opened


@pytest.fixture
def worked(desk: LoopDesk) -> LoopDesk:
    """Eight clear matters are registered."""
    desk.collect(Channel.BOARD, desk.lines("posts.jsonl", posts(len(MATTERS))))
    desk.work()
    return desk


def changed(profile: Profile, *rows: Route, drop: str = "") -> Profile:
    kept = [row for row in profile.routing if row.domain != drop]
    given = {name: getattr(profile, name) for name in Profile.model_fields}
    return Profile.model_validate(given | {"routing": [*kept, *rows]})


def elsewhere(profile: Profile, domain: str, lead: str) -> Profile:
    """Whatever the matrix says of a domain: this unit, and no other."""
    return changed(profile, Route(domain=domain, case_type="*", lead=lead, source="试算"), drop=domain)


def test_a_trial_names_each_message_that_would_go_elsewhere_and_counts_by_unit(worked: LoopDesk) -> None:
    profile = worked.house.profile
    theirs = [o for o in worked.all(WorkOrder) if o.domain == "labour"]
    trial = try_matrix(worked.house, elsewhere(profile, "labour", "market_bureau"), 1000)
    assert theirs
    assert trial.messages == len(MATTERS)
    assert {c.order.number for c in trial.changes} == {o.number for o in theirs}
    assert {(c.now, c.then) for c in trial.changes} == {
        (profile.route("labour", None, "request").lead, "market_bureau")
    }
    now, then = trial.by_unit["market_bureau"]
    assert then - now == len(theirs)
    assert "试算" in trial.changes[0].why


def test_the_same_matrix_changes_nothing_and_a_trial_writes_nothing(worked: LoopDesk) -> None:
    before = [(o.number, o.version, o.lead_unit) for o in worked.all(WorkOrder)]
    assert try_matrix(worked.house, worked.house.profile, 1000).changes == []
    try_matrix(worked.house, elsewhere(worked.house.profile, "labour", "market_bureau"), 1000)
    assert [(o.number, o.version, o.lead_unit) for o in worked.all(WorkOrder)] == before
    assert try_matrix(worked.house, worked.house.profile, 3).messages == 3


def test_a_trial_says_nothing_of_a_sealed_order(desk: LoopDesk) -> None:
    post = posts(1)[0] | {
        "text": "我要举报望溪市住房和城乡建设局的科长收受包工头贿赂二十万元，请纪委查处。",
        "title": "举报",
    }
    desk.collect(Channel.BOARD, desk.lines("posts.jsonl", [post]))
    desk.work()
    assert desk.one(WorkOrder).sealed
    assert try_matrix(desk.house, desk.house.profile, 10).messages == 0


def test_what_is_about_a_unit_goes_past_it_in_a_trial_too(worked: LoopDesk) -> None:
    order = worked.all(WorkOrder)[0]
    with worked.writing() as session:
        kept = session.get(WorkOrder, order.id)
        assert kept is not None
        kept.domain = "integrity"
        message = session.get(Message, worked.one(Message, order_id=order.id).id)
        assert message is not None
        message.text = "望溪市市场监督管理局窗口推诿扯皮，不给办事。"
    trial = try_matrix(worked.house, elsewhere(worked.house.profile, "integrity", "market_bureau"), 1000)
    assert "market_bureau" not in {c.then for c in trial.changes if c.order.id == order.id}


def test_a_row_that_no_message_reaches_is_named_with_the_row_in_its_way() -> None:
    profile = load_profile("demo")
    assert notes_on(profile) == []
    lost = changed(profile, Route(domain="*", region="bailu", lead="market_bureau", source="试算"))
    [note] = notes_on(lost)
    assert f"第{len(lost.routing)}条" in note
    assert "永远用不上" in note


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("- {domain: housing, lead: nobody, source: 试}", "没有单位“nobody”"),
        ("- {domain: housing, lead: housing_bureau, source: 试}", "没有全域的派单规则"),
        ("- {domain: housing, lead: housing_bureau}", "第1行：routing.第1条.source 缺少这一项"),
        ("- {domain: [}", "不是正确的 YAML"),
        ("housing", "应为派单规则的列表"),
    ],
)
def test_a_candidate_with_faults_is_refused_with_each_fault_named(wrong: str, why: str) -> None:
    with pytest.raises(BadProfile, match=why):
        with_matrix(load_profile("demo"), wrong)


def test_contradicting_rows_of_a_candidate_are_named() -> None:
    profile = load_profile("demo")
    twice = profile.matrix[0] + "- {domain: labour, case_type: order, lead: market_bureau, source: 试}\n" * 2
    with pytest.raises(BadProfile, match="领域、地区、类型都相同"):
        with_matrix(profile, twice)


def test_a_matrix_written_out_is_the_same_matrix() -> None:
    profile = load_profile("demo")
    again = with_matrix(profile, profile.matrix[0])
    assert again.routing == profile.routing
    assert again.matrix == profile.matrix


def test_each_matrix_is_kept_from_its_first_use_and_an_old_order_shows_its_own(worked: LoopDesk) -> None:
    first = worked.one(RoutingVersion)
    assert (first.matrix, first.digest) == worked.house.profile.matrix
    other = elsewhere(worked.house.profile, "labour", "market_bureau")
    worked.house.profile = other
    worked.house.__dict__.pop("reckoner", None)
    worked.house.__dict__.pop("office", None)
    worked.now = at("2026-02-14T10:00")
    more = [post | {"id": f"后{n}"} for n, post in enumerate(posts(3))]
    for _ in range(2):
        worked.collect(Channel.BOARD, worked.lines("more.jsonl", more))
        worked.work()
    with reading(worked.house.engine) as session:
        assert [v.digest for v in versions(session)] == [other.matrix[1], first.digest]
        then = version_at(session, at("2026-02-13T12:00"))
        assert then is not None
        assert then.digest == first.digest
        assert version_at(session, at("2026-01-01T12:00")) is None


def test_the_operator_tries_a_matrix_on_the_page_and_an_order_leads_to_the_matrix_it_had(worked: LoopDesk) -> None:
    enrol(worked.house)
    profile = worked.house.profile
    text = elsewhere(profile, "labour", "market_bureau").matrix[0]
    with serving(worked.house) as address, visiting(address, "guan") as operator, visiting(address, "shen") as desk:
        assert "规则试算" in operator.get("/console/admin/routing").text
        tried = operator.post("/console/admin/routing/try", matrix=text, last="100")
        assert tried.status_code == 200
        assert f"试算最近 {len(MATTERS)} 件" in tried.text
        assert "件的主办或协办单位会变" in tried.text
        assert '<td data-label="候选规则">望溪市市场监督管理局' in tried.text
        wrong = operator.post("/console/admin/routing/try", matrix="- {domain: housing, lead: nobody, source: 试}")
        assert wrong.status_code == 422
        assert "没有单位“nobody”" in wrong.text
        assert "lead: nobody" in wrong.text
        assert desk.post("/console/admin/routing/try", matrix=text).status_code == 403
        routed = next(o for o in worked.all(WorkOrder) if o.lead_unit)
        version = worked.one(RoutingVersion)
        assert f"/console/routing/{version.id}" in desk.get(f"/console/orders/{routed.number}").text
        page = desk.get(f"/console/routing/{version.id}").text
        assert page.count('data-label="领域"') == len(profile.routing)
        assert "domain:" not in page
        assert "没有更早的可比" in page
        kept = desk.get(f"/console/routing/{version.id}/matrix.yaml")
        assert kept.text == profile.matrix[0] == version.matrix
        assert "attachment" in kept.headers["content-disposition"]
        assert desk.get("/console/routing/99").status_code == 404


def test_two_versions_are_told_apart_in_words(worked: LoopDesk) -> None:
    enrol(worked.house)
    profile = worked.house.profile
    fallback = next(row for row in profile.routing if row.domain == "labour" and row.region == "*")
    changed = fallback.model_copy(update={"lead": "market_bureau", "co_units": [fallback.lead], "informed": []})
    extra = fallback.model_copy(update={"words": ["讨薪"]})
    gone = next(row for row in profile.routing if row.words)
    rows = [changed if row is fallback else row for row in profile.routing if row is not gone]
    later = profile.model_copy(update={"routing": [*rows, extra]})
    vars(later).pop("matrix", None)
    with worked.writing() as session:
        keep_matrix(session, later, worked.house.now())
    first, second = worked.all(RoutingVersion)
    with serving(worked.house) as address, visiting(address, "shen") as desk:
        page = desk.get(f"/console/routing/{second.id}").text
        section = page[page.index("相比") : page.index("这一版的规则")]
        lead, other = (profile.units_by_code[code].name for code in (fallback.lead, "market_bureau"))
        told = re.findall(r'data-label="规则">([^<]+)</td>.*?class="badge \w+">([^<]+)<', section)
        labour = profile.domain_labels["labour"]
        assert sorted(told) == sorted([
            (labour, "改动"), (f"{labour} · 提到讨薪", "新增"), (said_of(profile, gone), "取消"),
        ])  # fmt: skip
        assert f"主办：{lead} → {other}" in section
        assert f"协办增加：{lead}" in section
        assert "3 处不同" in section
        back = desk.get(f"/console/routing/{first.id}?against={second.id}").text
        assert f"主办：{other} → {lead}" in back


def said_of(profile: Profile, row: Route) -> str:
    """What a row is for, as the page calls it."""
    [change] = route_changes(profile, [row], [])
    return change.what


def test_the_command_prints_what_would_change(huiyin: Shell, tmp_path: Path) -> None:
    rows = tmp_path / "old.csv"
    rows.write_text(
        "编号,来件时间,诉求内容,诉求领域\nA-1,2026-02-10,老板拖欠农民工工资一万八，一直不发，请帮忙讨薪。,劳动与社会保障\n",
        encoding="utf-8",
    )
    assert huiyin("orders", "import", rows, "--json").json["entered"] == 1
    demo = (SHIPPED / "demo.yaml").read_text(encoding="utf-8")
    lead = load_profile("demo").route("labour", None, "request").lead
    line = next(row for row in demo.splitlines() if "domain: labour" in row and f"lead: {lead}" in row)
    candidate = tmp_path / "candidate.yaml"
    candidate.write_text(demo.replace(line, line.replace(f"lead: {lead}", "lead: market_bureau")), encoding="utf-8")
    told = huiyin("routes", "try", candidate, "--json").json
    assert list(told) == ["messages", "changed", "notes", "units", "changes"]
    [change] = told["changes"]
    assert (change["work_order"], change["now"], change["then"]) == ("A-1", lead, "market_bureau")
    assert "A-1" in huiyin("routes", "try", candidate).out
    broken = tmp_path / "broken.yaml"
    broken.write_text(demo.replace(line, line.replace(f"lead: {lead}", "lead: nobody")), encoding="utf-8")
    assert "没有单位“nobody”" in huiyin("routes", "try", broken).err


def test_a_typed_message_is_judged_and_routed_with_its_reasons_and_leaves_nothing_behind(worked: LoopDesk) -> None:
    enrol(worked.house)
    orders, messages = len(worked.all(WorkOrder)), len(worked.all(Message))
    sent = next(order for order in worked.all(WorkOrder) if order.lead_unit)
    title, text = next(matter for matter in MATTERS if matter[0] == sent.title)
    page = "/console/admin/routing/message"
    with serving(worked.house) as address, visiting(address, "guan") as operator, visiting(address, "shen") as other:
        told = operator.post(page, title=title, text=text).text
        assert worked.house.profile.units_by_code[sent.lead_unit or ""].name in told
        assert "依据的词" in told
        accused = operator.post(page, title="举报", text="举报市生态环境局执法人员张某收受好处，包庇排污企业。").text
        assert "密封" in accused
        assert other.post(page, text=text).status_code == 403
    assert (len(worked.all(WorkOrder)), len(worked.all(Message))) == (orders, messages)
