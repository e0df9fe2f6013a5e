"""Whoever is inside sees in the menu where he is: each page stands in a room, or is reached from one."""

from collections.abc import Iterator

import pytest
from support.desk import Desk, open_desk
from support.tour import PAGES
from support.web import staffed, visiting

from console.web.menu import ROOMS, menu, room_of
from models.vocabulary import Role

_MARK = 'aria-current="page"'


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk, staffed(desk.house) as address:
        yield desk, address


@pytest.mark.parametrize(
    ("login", "page", "room"),
    [
        ("shen", "/console/calls", "/console/callbacks"),
        ("shen", "/console/orders", "/console/orders"),
        ("du", "/console/trend/2026-03-02", "/console/"),
        ("guan", "/console/admin/users", "/console/admin"),
        ("wu", "/unit/contacts", "/unit/callbacks"),
        ("wu", "/account/password", "/account"),
    ],
)
def test_a_page_marks_its_room_and_nothing_else_in_the_header(
    office: tuple[Desk, str], login: str, page: str, room: str
) -> None:
    with visiting(office[1], login) as visitor:
        header = visitor.get(page).text.partition("<main")[0]
    assert header.count(_MARK) == 1
    assert f'href="{room}" {_MARK}' in header


@pytest.mark.parametrize("path", sorted({route.path for route in PAGES if "GET" in route.methods}))
def test_every_page_inside_has_a_room_in_somebodys_menu(path: str) -> None:
    if path.startswith(("/console", "/unit")) and "." not in path:
        assert any(room_of(path, role) for role in Role)


def test_a_page_reached_from_two_rooms_stands_in_the_one_that_its_reader_has() -> None:
    rooms = {role: room_of("/console/routing/3", role) for role in (Role.OPERATOR, Role.SUPERVISOR)}
    assert rooms == {Role.OPERATOR: "/console/admin", Role.SUPERVISOR: "/console/orders"}


def test_a_room_is_never_taken_for_one_whose_name_it_begins_with() -> None:
    assert room_of("/console/ordersheet", Role.MODERATOR) == ""
    assert all(room_of(room, role) == room for room, _, roles in ROOMS for role in roles)
    assert all(room_of(path, None) == path for path, _ in menu(None))


def test_a_strangers_page_is_marked_wherever_it_is_linked_from(office: tuple[Desk, str]) -> None:
    with visiting(office[1]) as stranger:
        for path in ("/", "/send", "/track", "/editions/", "/knowledge", "/promises", "/figures", "/login"):
            assert f'href="{path}" {_MARK}' in stranger.get(path).text, path
