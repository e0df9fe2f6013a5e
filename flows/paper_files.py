"""Papers and templates on the disk of whoever runs the command."""

import os
from collections.abc import Sequence
from pathlib import Path

from flows.papers import Printed
from models.errors import HuiyinError, Unavailable
from responders.papers import making
from responders.papers.catalogue import paper_of
from responders.papers.checking import Template


def save(folder: Path, printed: Printed) -> Path:
    """Whole or not at all, for its owner's eyes: it may hold a citizen's words."""
    file = folder / printed.name
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.touch(mode=0o600)
        part.write_bytes(printed.content)
        part.replace(file)
    except OSError as error:
        raise Unavailable(f"{file}：无法写入（{error.strerror}）。请检查文件夹是否可写、有空间。") from error
    finally:
        part.unlink(missing_ok=True)
    return file


def faults_of(files: Sequence[Path]) -> list[str]:
    """What is wrong with each template; its file name says which paper it is for."""
    faults = []
    for file in files:
        try:
            paper = paper_of(file.stem)
            form = making.must_come_as(paper, file.suffix.lstrip("."))
            making.check(paper, form, Template(file.name, file.read_bytes()))
        except HuiyinError as error:
            faults.append(str(error))
        except OSError as error:
            faults.append(f"{file}：读不出来（{error.strerror}）。")
    return faults
