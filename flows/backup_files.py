"""An office's own paper templates in a backup: found wherever they count, put back where an operator keeps them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from flows.house import House
from flows.paper_templates import folders

TEMPLATES = "templates"


def own_templates(house: House) -> Iterator[tuple[str, Path]]:
    """(name in the backup, file): where two folders have one of a name, the one that is used."""
    found = {file.name: file for folder in reversed(folders(house)) for file in _files(folder)}
    for name, file in sorted(found.items()):
        yield f"{TEMPLATES}/{name}", file


def restore_templates(house: House, unpacked: Path) -> int:
    """How many came back."""
    files = _files(unpacked / TEMPLATES)
    here = folders(house)[0]
    for file in files:
        here.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, here / file.name)
    return len(files)


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []
