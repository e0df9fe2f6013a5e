"""Twelve days of the demonstration, lived by the product's own actions, and every page that people then see."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlmodel import Session, select
from support.commands import Shell, Told
from support.tour import Stop, ticket, tour
from support.web import Visitor, serving

from console.web.menu import home
from flows.house import House
from models.database import reading
from models.queries.plan_revisions import revision_lines
from models.settings import Settings
from models.tables.calls import CallEntry, CallEntryChange
from models.tables.knowledge import SolicitedMessage
from models.tables.people import User
from models.tables.plan_revisions import PlanRevision
from models.vocabulary import Role

DAYS, MONTH, PHONE = 12, 30, 360
MILLISECONDS = 120_000
PEOPLE = ("", "shenkan1", "housing_bureau_cb", "duban1", "bianji1", "guanli1", "shenji1", "zhuanban1", "yuqing1")
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lived") / "var"


@pytest.fixture(scope="module")
def told(folder: Path, pictures: Path | None) -> Told:
    days = DAYS if pictures is None else MONTH  # pictures show what only a month brings
    return Shell(folder)("demo", "--days", str(days), "--no-serve", "--json")


@pytest.fixture(scope="module")
def town(told: Told, folder: Path) -> Iterator[House]:
    assert told.code == 0, told.err
    house = House(Settings(_env_file=None, data_dir=folder, profile="demo"))
    yield house
    house.engine.dispose()


@pytest.fixture(scope="module")
def address(town: House) -> Iterator[str]:
    with serving(town) as found:
        yield found


@pytest.fixture(scope="module")
def stops(town: House, address: str) -> dict[str, list[Stop]]:
    """By whom: the pages that nobody before them has met."""
    met: set[str] = set()
    found: dict[str, list[Stop]] = {}
    for login in PEOPLE:
        with as_somebody(town, address, login) as visitor:
            found[login] = [stop for stop in tour(visitor, door(town, login)) if stop.route not in met]
        met |= {stop.route for stop in found[login]}
    return found


def door(town: House, login: str) -> str:
    if not login:
        return "/"
    with reading(town.engine) as session:
        return home(Role(session.exec(select(User).where(User.login == login)).one().role))


@pytest.fixture(scope="module")
def pictures(request: pytest.FixtureRequest) -> Path | None:
    """Where pictures of the pages are wanted."""
    given: Path | None = request.config.getoption("--screens")
    return given


@contextmanager
def as_somebody(town: House, address: str, login: str) -> Iterator[Visitor]:
    cookies = ticket(town, login) if login else {}
    with httpx.Client(base_url=address, follow_redirects=True, timeout=120, cookies=cookies) as client:
        yield Visitor(client)


@contextmanager
def seen_by(browser: Browser, town: House, address: str, login: str, width: int, scheme: str) -> Iterator[Page]:
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 900}, color_scheme=scheme, locale="zh-CN"
    )
    for name, value in (ticket(town, login) if login else {}).items():
        context.add_cookies([{"name": name, "value": value, "url": address}])
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    yield page
    context.close()


def test_the_days_are_lived_and_counted(told: Told) -> None:
    assert told.code == 0, told.err
    figures = told.json
    assert figures["messages"] > 300
    assert 300 < figures["work_orders"] <= figures["messages"]
    assert 0 < figures["replied"] <= figures["work_orders"]
    assert figures["reminders"] > 0
    assert all(Path(edition).is_file() for edition in figures["editions"])


def test_pages_of_rarer_matters_are_filled_too(town: House) -> None:
    """补记, 新旧文核对 and 征集来件: done in part, and in part left for whoever looks."""
    with reading(town.engine) as session:
        noted = session.exec(select(CallEntryChange)).all()
        calls = session.exec(select(CallEntry)).all()
        heard = session.exec(select(SolicitedMessage)).all()
        assert {change.field for change in noted} >= {"proposal", "remark", "section"}
        assert [change.was for change in noted if change.field == "remark" and change.was], "one was corrected later"
        assert any(call.version == 1 for call in calls), "the latest call waits for its notes"
        assert len(waiting_revisions_of(session)) == 1
        assert {link.how for link in heard} == {"code", "subject", "waiting"}
        assert [link.opinion_id is not None for link in heard].count(True) == 1


def waiting_revisions_of(session: Session) -> list[PlanRevision]:
    return [line.row for line in revision_lines(session, waiting=True)]


@pytest.mark.parametrize(
    ("width", "scheme", "rules"),
    [(1440, "light", None), (PHONE, "dark", ["color-contrast", "scrollable-region-focusable", "target-size"])],
    ids=["wide-light", "phone-dark"],
)
def test_every_page_is_accessible_and_no_wider_than_the_screen(
    browser: Browser, town: House, address: str, stops: dict[str, list[Stop]], pictures: Path | None,
    width: int, scheme: str, rules: list[str] | None,
) -> None:  # fmt: skip
    faults: dict[str, list[str]] = {}
    for login, mine in stops.items():
        with seen_by(browser, town, address, login, width, scheme) as page:
            for stop in mine:
                page.goto(stop.address)
                if wrong := _serious(page, rules) + (["wider than the screen"] if _overflows(page) else []):
                    faults[f"{login} {stop.address}"] = wrong
                if pictures is not None and (width > PHONE or not stop.route.startswith("/console")):
                    page.screenshot(path=pictures / f"{stop.picture}-{width}.png")
    assert faults == {}


def _serious(page: Page, rules: list[str] | None) -> list[str]:
    """What axe-core finds that would keep somebody out; only by `rules`, where they are given."""
    chosen = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
    found = Axe().run(page, options={"resultTypes": ["violations"], **chosen}).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in found if fault["impact"] in SERIOUS]


def _overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def test_twice_the_size_of_letters_fits_the_screen(
    browser: Browser, town: House, address: str, stops: dict[str, list[Stop]]
) -> None:
    """Zoom of 200 % on 1440 is a window of 720."""
    wide = []
    for login, mine in stops.items():
        with seen_by(browser, town, address, login, 720, "light") as page:
            for stop in mine:
                page.goto(stop.address)
                if _overflows(page):
                    wide.append((login, stop.address))
    assert wide == []
