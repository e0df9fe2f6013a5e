"""A town's own labels go live: each is read as one of the jurisdiction's domains."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import BadInput, BadModel
from models.profile import Profile
from models.vocabulary import Domain

if TYPE_CHECKING:
    from classifiers.artifact import Artifact

_LEVELS = "/"


def read_labels(file: Path) -> dict[str, str]:
    """A JSON object from labels to domain codes (or names); anything else is BadInput with the file's name."""
    try:
        told = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{file}：无法读取类别对照表（{error}）。") from error
    if not isinstance(told, dict) or not all(isinstance(code, str) for code in told.values()):
        raise BadInput(f'{file}：类别对照表应是一个 JSON 对象，例如 {{"路灯": "housing"}}。')
    return {str(label): code for label, code in told.items()}


def in_codes(artifact: "Artifact", profile: Profile, told: Mapping[str, str]) -> "Artifact":
    """Put domain codes in the place of labels; several labels may mean one domain. BadModel names what means none.

    A label is read by the table `told`, else as a code or a name of the profile, of the vocabulary or an office's
    usual name; of a label with two levels (城乡建设/路灯) the whole first, then the first level.
    """
    codes = codes_of(artifact.labels, profile, told)
    return artifact if codes == artifact.labels else replace(artifact, labels=codes)


def codes_of(labels: Sequence[str], profile: Profile, told: Mapping[str, str]) -> tuple[str, ...]:
    from classifiers.evaluation import ALSO_CALLED

    usual = {name: str(code) for name, code in ALSO_CALLED.items()} | {domain.label: str(domain) for domain in Domain}
    known = usual | {name: code for code, name in profile.domain_labels.items()} | {c: c for c in profile.domain_labels}
    found = [_read(label, told, known) for label in labels]
    if foreign := [label for label, code in zip(labels, found, strict=True) if code is None]:
        raise BadModel(
            f"模型的类别“{'、'.join(foreign)}”对应不到本辖区的领域，不能用来派单。"
            "请用 --labels 给出对照表（JSON 对象，从类别到领域代码），"
            f"可用的领域：{'、'.join(profile.domain_labels)}。"
        )
    return tuple(code for code in found if code is not None)


def _read(label: str, told: Mapping[str, str], known: Mapping[str, str]) -> str | None:
    first = label.split(_LEVELS, 1)[0].strip()
    for name in (label, first):
        if name in told:
            return known.get(told[name])
        if name in known:
            return known[name]
    return None
