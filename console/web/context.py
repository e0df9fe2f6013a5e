"""What every page is made with: templates, labels, local times, who is looking."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, unquote

from fastapi import Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from console.accounts import SignedIn
from console.web.menu import menu, room_of
from console.web.security import SignInNeeded, current
from console.web.wording import CHECKS, NOTICES, SUBJECTS, action_label, history_label, way_label
from flows.concealing import concealed, hidden
from flows.house import House
from models import (
    calling_words,
    contact_words,
    opinion_words,
    plan_words,
    promise_words,
    rhythms,
    solicited,
    vocabulary,
)
from models.actors import Actor
from models.errors import NotAllowed
from models.vocabulary import Role

HERE = Path(__file__).parent
STATIC = HERE / "static"
Line = Annotated[str, Form(max_length=2000)]  # a reason, a remark
Text = Annotated[str, Form(max_length=20000)]  # what has paragraphs: a reply, a letter
Seen = Annotated[int | None, Form()]  # the version that a form's page showed of what it is about
_DONE = "huiyin_done"
_NOTHING = "—"

_WORDS: dict[str, type[vocabulary.Word]] = {
    "status": vocabulary.OrderStatus,
    "kind": vocabulary.Kind,
    "procedure": vocabulary.Procedure,
    "urgency": vocabulary.Urgency,
    "urgency_ground": vocabulary.UrgencyGround,
    "channel": vocabulary.Channel,
    "outcome": vocabulary.Outcome,
    "stage": vocabulary.Stage,
    "instruction": vocabulary.InstructionKind,
    "instruction_status": vocabulary.InstructionStatus,
    "clock_request": vocabulary.ClockRequestKind,
    "promise": promise_words.PromiseState,
    "level": promise_words.PromiseLevel,
    "promise_source": promise_words.PromiseSource,
    "rhythm": rhythms.Rhythm,
    "callback": calling_words.CallbackStatus,
    "attempt": calling_words.AttemptResult,
    "follow_up": calling_words.FollowUpStatus,
    "follow_up_why": calling_words.FollowUpWhy,
    "discontent": calling_words.Discontent,
    "line_result": calling_words.LineResult,
    "line_fault": calling_words.LineFaultStatus,
    "edition": vocabulary.EditionStatus,
    "review": vocabulary.ReviewStep,
    "role": vocabulary.Role,
    "satisfaction": vocabulary.Satisfaction,
    "disclosure": vocabulary.Disclosure,
    "machine": vocabulary.MachineMail,
    "knowledge": vocabulary.KnowledgeState,
    "adoption": vocabulary.Adoption,
    "case_type": vocabulary.CaseType,
    "opinion": opinion_words.OpinionStatus,
    "grade": opinion_words.OpinionGrade,
    "priority": opinion_words.OpinionPriority,
    "truth": opinion_words.Truth,
    "opinion_part": opinion_words.OpinionPart,
    "line": opinion_words.LineStatus,
    "opinion_report": opinion_words.ReportStatus,
    "policy": opinion_words.PolicyStatus,
    "risk": opinion_words.RiskLevel,
    "heard": solicited.Heard,
    "look": contact_words.LookReason,
    "revision": plan_words.RevisionDecision,
    "risk_verdict": opinion_words.RiskVerdict,
    "problem": opinion_words.ProblemStatus,
}


class Pages:
    """Renders templates for one house."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "label": self.label, "unit": self.unit, "domain": self.domain, "region": self.region,
            "moment": lambda at: whole(self.moment(at)), "day": lambda on: whole(self.day(on)),
            "action": action_label, "done": history_label,
            "check": lambda code: CHECKS.get(code, code), "told": lambda code: NOTICES.get(code, code),
            "subject": lambda code: SUBJECTS.get(code, code), "state": self.state, "way": way_label,
            "hidden": hidden, "concealed": concealed,
        }  # fmt: skip
        self._environment.globals |= {"words": _WORDS, "profile": house.profile}

    def show(self, request: Request, template: str, values: dict[str, Any], status: int = 200) -> HTMLResponse:
        """The page, with the word that the form before it left."""
        person = current(request)
        role, path = (person.role if person else None), request.url.path
        notice = unquote(request.cookies.get(_DONE, ""))
        page = self._environment.get_template(template).render(
            **values, person=person, menu=menu(role), menu_at=room_of(path, role), path=path, now=self.house.now(),
            notice=notice, today=self.house.today(),
        )  # fmt: skip
        answer = HTMLResponse(page, status_code=status)
        if notice:
            answer.delete_cookie(_DONE, path="/")
        return answer

    def label(self, code: str | None, kind: str) -> str:
        """The Chinese word of a code; an unknown code is shown as it is."""
        if code is None:
            return "—"
        known = {word.value: word.label for word in _WORDS[kind]}
        return known.get(code, code)

    def state(self, code: str | None, subject: str) -> str:
        """A history row's state: each kind of subject has words of its own."""
        kinds = {"order": "status", "user": "role", "instruct": "instruction_status"}
        kind = kinds.get(subject, subject)
        return self.label(code, kind) if kind in _WORDS else (code or "—")

    def unit(self, code: str | None) -> str:
        found = self.house.profile.units_by_code.get(code or "")
        return found.name if found else (code or "—")

    def domain(self, code: str | None) -> str:
        return self.house.profile.domain_labels.get(code or "", code or "—")

    def region(self, code: str | None) -> str:
        found = self.house.profile.regions_by_code.get(code or "")
        return found.name if found else (code or "—")

    def moment(self, value: datetime | None) -> str:
        return f"{value.astimezone(self.house.settings.zone):%Y-%m-%d %H:%M}" if value else _NOTHING

    def day(self, value: datetime | date | None) -> str:
        if isinstance(value, datetime):
            value = self.house.day_of(value)
        return f"{value:%Y-%m-%d}" if value else _NOTHING


def whole(told: str) -> str:
    """A date that no line breaks at its hyphens; `striptags` gives its bare text, for a field's value."""
    return Markup("<time>{}</time>").format(told) if told != _NOTHING else told


def pages(request: Request) -> Pages:
    found: Pages = request.app.state.pages
    return found


def house_of(request: Request) -> House:
    found: House = request.app.state.house
    return found


def must_be(request: Request, *roles: Role) -> SignedIn:
    """The signed-in person with one of these roles; SignInNeeded or NotAllowed otherwise."""
    person = current(request)
    if person is None:
        raise SignInNeeded
    if roles and person.role not in roles:
        raise NotAllowed("您的角色无权打开这个页面。")
    return person


def actor_of(request: Request, *roles: Role) -> Actor:
    return must_be(request, *roles).actor


def back(path: str, done: str = "") -> RedirectResponse:
    """After a form: see the result by GET, with a word of what was done (in a cookie: a link can't forge it)."""
    answer = RedirectResponse(path, status_code=303)
    if done:
        answer.set_cookie(_DONE, quote(done), max_age=60, httponly=True, samesite="lax", path="/")
    return answer
