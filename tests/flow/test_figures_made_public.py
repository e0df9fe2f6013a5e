"""单位指标 are public once a second supervisor agreed, as they were then, and never of too few cases."""

from collections.abc import Iterator

import pytest
from support.desk import Desk, open_desk
from support.web import PASSWORD, staffed, visiting

from console import accounts
from models.actors import SYSTEM
from models.database import writing
from models.tables.public_figures import PublicFigures
from models.vocabulary import Role

ROOM = "/console/supervision/public-figures"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk, staffed(desk.house) as address:
        yield desk, address


def second_supervisor(desk: Desk) -> None:
    with writing(desk.house.engine) as session:
        accounts.create_user(session, login="er", name="二督", role=Role.SUPERVISOR, unit=None, password=PASSWORD,
                             actor=SYSTEM, now=desk.house.now())  # fmt: skip


def test_figures_are_public_between_a_second_persons_approval_and_a_withdrawal(office: tuple[Desk, str]) -> None:
    desk, address = office
    second_supervisor(desk)
    with visiting(address, "du") as first, visiting(address, "er") as second, visiting(address) as citizen:
        page = first.get(ROOM).text
        month = page.split('<option value="')[1][:7]
        assert first.post(ROOM, month="2199-01").is_error
        assert first.post(ROOM, month=month).status_code == 200
        with desk.writing() as session:
            row = session.get_one(PublicFigures, desk.one(PublicFigures, month=month).id)
            row.rates = {"housing_bureau": {"in_time": [9, 10], "resolved": [1, 2]}}
        assert "90.0%" not in citizen.get("/figures").text
        assert first.post(f"{ROOM}/approve", month=month).status_code == 403
        assert second.post(f"{ROOM}/approve", month=month).status_code == 200
        shown = citizen.get("/figures").text
        assert "90.0%" in shown
        assert "50.0%" not in shown
        assert first.post(ROOM, month=month).status_code == 409
        assert first.post(f"{ROOM}/withdraw", month=month).status_code == 200
        assert "90.0%" not in citizen.get("/figures").text


def test_only_supervisors_come_into_the_room(office: tuple[Desk, str]) -> None:
    with visiting(office[1], "shen") as moderator, visiting(office[1]) as stranger:
        assert moderator.get(ROOM).status_code == 403
        assert moderator.post(f"{ROOM}/approve", month="2026-01").status_code == 403
        assert stranger.get(ROOM).status_code == 401


def test_the_home_page_leads_to_everything_public(office: tuple[Desk, str]) -> None:
    with visiting(office[1]) as citizen:
        home = citizen.get("/").text
        for path in ("/editions/", "/promises", "/figures", "/knowledge", "/solicitations", "/send", "/track", "/docs"):
            assert f'href="{path}"' in home
            assert citizen.get(path).status_code == 200
