"""Papers in the browser: who opens which, and templates that an office replaces."""

import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from docx import Document
from support.desk import Desk, open_desk
from support.paper_desk import DU, NOW, answered, issued, text_of
from support.web import ONE_OF_EACH, PEOPLE, enrol, serving, visiting

from flows import papers
from models.errors import BadInput
from models.vocabulary import InstructionKind, Role


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=NOW) as opened:
        yield opened


def test_each_paper_opens_to_its_roles_alone(desk: Desk) -> None:
    enrol(desk.house)
    order = answered(desk)
    sign = issued(desk, InstructionKind.SUPERVISE, order)
    paths = {f"/console/orders/{order.number}/papers/{code}": code for code in papers.ORDER_PAPERS[:3]}
    paths |= {f"/unit/orders/{order.number}/papers/{code}": code for code in papers.ORDER_PAPERS[1:3]}
    paths |= {f"/console/papers/rolls/{code}": code for code in papers.ROLLS}
    paths |= {f"/console/papers/reports/{code}?kind=xlsx": code for code in papers.REPORTS}
    paths[f"/console/supervision/{sign}/paper.docx"] = "instruction"
    with serving(desk.house) as address:
        for login in ONE_OF_EACH:
            role, _ = PEOPLE[login]
            with visiting(address, login) as visitor:
                for path, code in paths.items():
                    room_fits = path.startswith("/unit") == (role is Role.UNIT) or "orders/" not in path
                    fits = role in papers.MAY_PRINT[code] and room_fits
                    assert visitor.get(path).status_code == (200 if fits else 403), (login, path)
        with visiting(address) as stranger, visiting(address, "lu") as other:
            for path in paths:
                assert stranger.get(path).status_code == 401
            assert other.get(f"/unit/orders/{order.number}/papers/assignment").status_code == 404
            assert other.get(f"/console/supervision/{sign}/paper.docx").status_code == 404


def test_an_operator_replaces_a_template_and_goes_back_to_the_shipped_one(desk: Desk) -> None:
    enrol(desk.house)
    order = answered(desk)
    base, paper = "/console/admin/papers/intake/docx", f"/console/orders/{order.number}/papers/intake"
    with serving(desk.house) as address, visiting(address, "guan") as operator, visiting(address, "shen") as moderator:
        assert moderator.get("/console/admin/papers").status_code == 403
        document = Document(io.BytesIO(operator.get(base).content))
        document.paragraphs[0].runs[0].text = "望溪市来件呈批笺"
        out = io.BytesIO()
        document.save(out)
        taken = operator.upload(base, {"file": ("呈批笺.docx", out.getvalue())})
        assert "已改用本单位模板 呈批笺.docx" in taken.text
        answer = moderator.get(paper)
        assert "望溪市来件呈批笺" in text_of(papers.Printed("", answer.content))
        assert f"来件呈批表-{order.number}.docx" in unquote(answer.headers["content-disposition"])
        wrong = operator.upload(base, {"file": ("扫描.docx", b"%PDF-1.7")})
        assert wrong.status_code == 422
        assert "扫描.docx：不是 Word" in wrong.text
        assert "望溪市来件呈批笺" in text_of(papers.Printed("", moderator.get(paper).content))
        assert "已恢复自带模板" in operator.post(f"{base}/drop").text
        assert "望溪市来件呈批笺" not in text_of(papers.Printed("", moderator.get(paper).content))


def test_a_template_that_an_update_has_made_unfit_stops_the_paper_by_name(desk: Desk) -> None:
    folder = desk.house.settings.data_dir / "templates"
    folder.mkdir()
    empty = io.BytesIO()
    Document().save(empty)
    (folder / "督办通知单.docx").write_bytes(empty.getvalue())
    with pytest.raises(BadInput, match=r"督办通知单\.docx：纸张不是 A4"):
        papers.print_instruction(desk.house, DU, issued(desk, InstructionKind.SUPERVISE), NOW)
