"""Rule packs that ship with the product, and what each is called."""

from functools import cache
from pathlib import Path
from typing import Final

from models.profile_yaml import read_yaml

PACKS: Final = Path(__file__).parent / "profiles" / "packs"


@cache
def pack_name(code: str) -> str:
    """As its file calls it; a profile names packs by their files."""
    data = read_yaml(PACKS / f"{code}.yaml").data
    return str(data["name"]) if isinstance(data, dict) else code
