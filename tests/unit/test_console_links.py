"""Every link on every page, for everybody who may sign in."""

from collections.abc import Iterator

import pytest
from support.crawling import crawl
from support.desk import Desk, open_desk
from support.lived import live_in
from support.web import ONE_OF_EACH, enrol, serving, visiting

from models.tables.orders import WorkOrder


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk:
        enrol(desk.house)
        live_in(desk)
        with serving(desk.house) as address:
            yield desk, address


@pytest.mark.parametrize("login", [None, *ONE_OF_EACH])
def test_every_link_leads_somewhere_and_to_the_sealed_order_for_the_inspector_alone(
    lived: tuple[Desk, str], login: str | None
) -> None:
    desk, address = lived
    secret = desk.one(WorkOrder, sealed=True).number
    with visiting(address, login) as visitor:
        seen = crawl(visitor, "/login" if login else "/")
        answer = visitor.get(f"/console/orders/{secret}").status_code
    assert {path: code for path, code in seen.items() if code != 200} == {}
    assert len(seen) > 5
    assert any(secret in path for path in seen) == (login == "zhuan")
    assert (answer == 200) == (login == "zhuan")


def test_a_sealed_order_is_in_no_search_and_no_figure(lived: tuple[Desk, str]) -> None:
    desk, address = lived
    secret = desk.one(WorkOrder, sealed=True).number
    with visiting(address, "shen") as visitor:
        assert f"/console/orders/{secret}" not in visitor.get(f"/console/orders?q={secret}").text
        count = len(desk.all(WorkOrder, sealed=False))
        assert f"全部工单共 {count} 件" in visitor.get("/console/").text
        for action, fields in (("reclassify", {"domain": "housing"}), ("void", {"reason": "无"}), ("withdraw", {})):
            assert visitor.post(f"/console/orders/{secret}/{action}", **fields).status_code == 404
