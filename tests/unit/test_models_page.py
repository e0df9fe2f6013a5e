"""The models' page: who is live, figures by class from the record, promoted and taken back by the operator."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update
from support.desk import MODERATOR, Desk, open_desk
from support.web import enrol, serving, visiting

from classifiers.training import train
from flows.retraining import promote, versions
from models.actions.handling import reclassify
from models.database import reading, writing
from models.queries.model_figures import class_figures
from models.tables.messages import Message
from models.tables.record import History


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str, list[str]]]:
    """A desk, its address, and two versions of the model, the second of them live."""
    folder = tmp_path_factory.mktemp("house")
    with open_desk(folder) as desk:
        enrol(desk.house)
        rows = [{"text": f"公交班次第{i}次", "label": "transport"} for i in range(30)]
        rows += [{"text": f"老师作业第{i}次", "label": "education"} for i in range(30)]
        made = []
        for seed in (1, 2):
            train(rows, out=folder / str(seed), seed=seed)
            made.append(promote(desk.house, str(folder / str(seed)), desk.house.now() + timedelta(hours=seed)))
        with serving(desk.house) as address:
            yield desk, address, made


def test_the_operator_promotes_and_rolls_back_and_the_auditor_only_looks(office: tuple[Desk, str, list[str]]) -> None:
    desk, address, (first, second) = office
    with visiting(address, "guan") as operator, visiting(address, "ji") as auditor:
        assert f"正在使用：<b><code>{second}</code>" in auditor.get("/console/models").text
        assert auditor.post(f"/console/models/{first}/promote").status_code == 403
        assert auditor.post("/console/models/rollback").status_code == 403
        assert operator.post("/console/models/rollback").status_code == 200
        assert [v["version"] for v in versions(desk.house) if v["live"]] == [first]
        assert operator.post(f"/console/models/{second}/promote").status_code == 200
        assert [v["version"] for v in versions(desk.house) if v["live"]] == [second]
        assert operator.post("/console/models/nowhere/promote").status_code == 404
        assert auditor.get(f"/console/models/{second}").status_code == 200
    assert {h.actor for h in desk.all(History, subject="model") if h.action == "rollback"} == {"guan"}


def test_a_form_sent_twice_goes_one_version_back_and_not_two(office: tuple[Desk, str, list[str]]) -> None:
    desk, address, (first, second) = office
    promote(desk.house, second, desk.house.now() + timedelta(hours=3))
    with visiting(address, "guan") as operator:
        assert f'name="seen" value="{second}"' in operator.get("/console/models").text
        assert operator.post("/console/models/rollback", seen=second).status_code == 200
        again = operator.post("/console/models/rollback", seen=second)
        assert (again.status_code, "这次没有退回" in again.text) == (409, True)
        assert [v["version"] for v in versions(desk.house) if v["live"]] == [first]


def test_what_moderators_corrected_counts_against_the_version_that_said_it(
    office: tuple[Desk, str, list[str]],
) -> None:
    desk, _, _ = office
    now = desk.house.now()
    orders = [desk.take(now, title=f"楼道灯{n}", text=f"第{n}次反映楼道灯不亮") for n in range(4)]
    told = orders[0].domain
    with writing(desk.house.engine) as session:
        session.execute(update(Message).values(model_version="v9"))
    with writing(desk.house.engine) as session:
        reclassify(session, desk.house.profile, orders[0].id or 0, MODERATOR, now, domain="education")
    with writing(desk.house.engine) as session:  # changed and changed back: the machine was right
        reclassify(session, desk.house.profile, orders[1].id or 0, MODERATOR, now, domain="education")
        reclassify(session, desk.house.profile, orders[1].id or 0, MODERATOR, now, domain=told)
    with reading(desk.house.engine) as session:
        found = {f.domain: (f.said, f.stands, f.right) for f in class_figures(session, "v9", now - timedelta(days=1))}
        assert class_figures(session, "another", now - timedelta(days=1)) == []
    assert found == {told: (4, 3, 3), "education": (0, 1, 0)}
