"""The first page after signing in: figures, each with its denominator and the way to its rows."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from markupsafe import Markup
from sqlmodel import Session

from console.web.context import house_of, must_be, pages
from console.web.downloads import download
from console.web.menu import allowed
from console.web.pages.figures import SHOWN
from flows.figure_lists import day_list
from flows.hot_topics import Topic, topics_between
from models.database import reading
from models.queries.figures import by_unit, headline
from models.queries.lateness import stage_lateness, unit_lateness
from models.queries.rates import unit_rates
from models.queries.status import waiting_counts
from models.queries.trends import DayFigures, by_day, by_domain, count_of_day, orders_of_day, signed_by_kind
from responders.opinion.charts import svg

router = APIRouter()
_What = Annotated[str, Query(pattern="^(received|answered)$")]
_PERIOD_DAYS = 30
_TOPICS, _MOST_TEXTS = 8, 1000
_FRESH = 600  # seconds that hot topics stand: gathering them costs a second for a thousand messages


@router.get("/console/")
def overview(request: Request) -> Response:
    person = must_be(request, *allowed("/console/"))
    house = house_of(request)
    with reading(house.engine) as session:
        now = house.now()
        since = now - timedelta(days=_PERIOD_DAYS)
        late = unit_lateness(session, house.reckoner, since, now)
        rates = {each.unit: each.shares for each in unit_rates(session, since, now)}
        days = by_day(session, house.day_of(now), _PERIOD_DAYS, house.settings.zone)
        values = {
            "waiting": waiting_counts(session, person.actor, now), "figures": headline(session, now),
            "units": by_unit(session, now), "late": late, "days": _PERIOD_DAYS,
            "stages": stage_lateness(session, since, now), "centre": house.profile.centre, "rates": rates,
            "domains": by_domain(session, since, now), "signed": signed_by_kind(session, since), "trend": days,
            "charts": _charts(days), "topics": _topics(request, session, since, now), "texts": _MOST_TEXTS,
        }  # fmt: skip
    return pages(request).show(request, "overview.html", values)


@router.get("/console/trend/{day}")
def rows(request: Request, day: date, what: _What = "received") -> Response:
    """The orders behind one day of a chart."""
    must_be(request, *allowed("/console/"))
    house = house_of(request)
    with reading(house.engine) as session:
        found = orders_of_day(session, day, house.settings.zone, answered=what == "answered", most=SHOWN)
        total = count_of_day(session, day, house.settings.zone, answered=what == "answered")
    values = {"orders": found, "total": total, "day": day, "what": what}
    return pages(request).show(request, "trend_rows.html", values)


@router.get("/console/trend/{day}/list")
def whole(request: Request, day: date, what: _What = "received") -> Response:
    """All of them as a file."""
    must_be(request, *allowed("/console/"))
    house = house_of(request)
    with reading(house.engine) as session:
        content = day_list(house, session, day, answered=what == "answered")
    return download(content, f"{day} {'答复' if what == 'answered' else '收到'}的工单.csv")


def _charts(days: list[DayFigures]) -> list[tuple[str, Markup]]:
    """Each with its caption; the table behind has the same figures."""
    drawn = (
        ("每日收到工单（件）", [(f"{d.day:%m-%d}", d.received) for d in days]),
        ("每日答复工单（件）", [(f"{d.day:%m-%d}", d.answered) for d in days]),
    )
    return [(title, Markup(svg(counts, title))) for title, counts in drawn]  # noqa: S704  (digits and our own words)


def _topics(request: Request, session: Session, since: datetime, now: datetime) -> list[Topic]:
    """As they were found within the last ten minutes by this process."""
    state = request.app.state
    kept: dict[str, Any] = getattr(state, "hot_topics", {})
    turn = int(now.timestamp()) // _FRESH
    if kept.get("turn") != turn:
        kept = {"turn": turn, "found": topics_between(session, since, now, top=_TOPICS, most=_MOST_TEXTS)}
        state.hot_topics = kept
    found: list[Topic] = kept["found"]
    return found
