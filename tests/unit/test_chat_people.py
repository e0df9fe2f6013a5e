"""Whose account a person of a chat acts by is the operator's word alone."""

from pathlib import Path

from support.desk import open_desk
from support.web import enrol, serving, visiting

from models.tables.links import ChatPerson
from models.tables.record import History


def test_the_operator_enters_and_removes_chat_people_and_nobody_else_does(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk, serving(desk.house) as address:
        enrol(desk.house)
        page = "/console/admin/chat"
        with visiting(address, "wu") as unit:
            assert unit.post(page, chat_user="U0WU", login="wu").status_code == 403
        with visiting(address, "guan") as operator:
            assert operator.post(page, chat_user="wu@slack", login="wu").status_code == 422
            assert operator.post(page, chat_user="U0WU", login="nobody").status_code == 404
            assert operator.post(page, chat_user="U0GUAN", login="guan").status_code == 403
            assert "U0WU" in operator.post(page, chat_user="U0WU", login="wu").text
            assert desk.one(ChatPerson).login == "wu"
            assert operator.post(f"{page}/U0WU/remove").status_code == 200
        assert desk.all(ChatPerson) == []
        assert [h.actor for h in desk.all(History, action="chat_person")] == ["guan"]
