"""Papers of what is no order: a policy's risk assessment, an agreed line, a work plan's state upward."""

from datetime import datetime

from flows.house import House
from flows.paper_words import NOTHING, PaperWords, label
from flows.papers import Printed, made
from flows.plan_reports import plan_groups
from models.actors import Actor
from models.database import reading
from models.errors import NotFound
from models.opinion_words import OpinionGrade, RiskLevel, RiskVerdict
from models.queries.opinion import find_policy, whole_case
from models.queries.people import names
from models.queries.plans import find_plan, plan_state
from models.tables.opinion import OpinionVoice
from responders.papers.catalogue import PAPERS


def print_policy(house: House, actor: Actor, policy: int, now: datetime) -> Printed:
    """政策出台前舆情风险评估表 (腾冲市 2019 一(一)2), as far as it has come; NotFound for another unit's."""
    with reading(house.engine) as session:
        row, _ = find_policy(session, actor, policy)
        words = PaperWords(house, names(session), now)
    paper = PAPERS["risk"]
    singles = {
        "政策名称": row.title, "起草单位": words.unit(row.unit), "拟出台日期": words.day(row.planned_on),
        "涉及群体和范围": row.affected or "", "可能的舆情风险": row.risks or "",
        "风险等级": label(RiskLevel, row.level), "应对和解读预案": row.measures or "",
        "填报人": words.who(row.submitted_by), "填报时间": words.moment(row.submitted_at),
        "评估意见": row.verdict_note or "", "评估结论": label(RiskVerdict, row.verdict),
        "审定人": words.who(row.assessed_by), "审定时间": words.moment(row.assessed_at),
    }  # fmt: skip
    contents = words.contents(singles, issuer=words.unit(row.unit), citizens=False)
    return made(house, paper, "docx", contents, f"{paper.name}-{policy}")


def print_line(house: House, actor: Actor, case: int, line: int, now: datetime) -> Printed:
    """舆情回应口径审签单: the three points, who was heard, who signed, where it came out."""
    with reading(house.engine) as session:
        whole = whole_case(session, actor, case)
        words = PaperWords(house, names(session), now)
    found = next(((row, voices) for row, voices in whole.lines if row.id == line), None)
    if found is None:
        raise NotFound(f"舆情 {whole.case.number} 没有这份口径（编号 {line}）。")
    row, voices = found
    paper = PAPERS["release"]
    singles = {
        "舆情编号": whole.case.number, "发布次序": f"第 {row.serial} 次", "舆情名称": whole.case.title,
        "回应主体": words.unit(whole.case.lead_unit), "舆情等级": label(OpinionGrade, whole.case.grade) or "待研判",
        "事实真相": row.facts, "政策措施": row.measures, "处置结果": row.result,
        "会商意见": "\n".join(_voice(words, voice) for voice in voices) or row.unheard or NOTHING,
        "拟稿人": words.who(row.written_by), "拟稿时间": words.moment(row.written_at),
        "签发人": words.who(row.signed_by), "签发时间": words.moment(row.signed_at),
        "发布渠道": row.outlet or "", "发布时间": words.moment(row.released_at), "发布网址": row.url or "",
    }  # fmt: skip
    issuer = words.unit(house.profile.opinion_coordinator)
    contents = words.contents(singles, issuer=issuer, citizens=False)
    return made(house, paper, "docx", contents, f"{paper.name}-{whole.case.number}-{row.serial}")


def _voice(words: PaperWords, voice: OpinionVoice) -> str:
    if voice.said_at is None:
        return f"{words.unit(voice.unit)}：尚未反馈"
    agreed = "同意。" if voice.agrees else "不同意。"
    text = (voice.text or "").strip().removeprefix(agreed)  # most begin with the word that they were asked for
    return f"{words.unit(voice.unit)}：{agreed}{text}（{words.who(voice.said_by)} {words.short(voice.said_at)}）"


def print_plan(house: House, wanted: str, kind: str, now: datetime) -> Printed:
    """完成情况上报 (重庆高新区 2021 五(三)3, 6); NotFound where no such plan was imported."""
    today = house.day_of(now)
    with reading(house.engine) as session:
        state = plan_state(session, find_plan(session, wanted))
        words = PaperWords(house, names(session), now)
        groups = plan_groups(house, state, today)
    title = state.plan.title if state.plan.title.endswith("》") else f"《{state.plan.title}》"
    paper = PAPERS["plan"]
    contents = words.contents({}, groups, citizens=False, period=f"{title}　统计截至{words.day(today)}")
    return made(house, paper, kind, contents, f"完成情况-{today}")
