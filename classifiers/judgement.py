"""How a text becomes findings: segment once, score the domain, then let the rules speak.

Everything intake needs of a message is made here, a batch at a time, before any transaction opens.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from classifiers import procedures, urgency
from classifiers.artifact import load_artifact
from classifiers.cue_scan import CueScan
from classifiers.cues import May
from classifiers.features import Floats
from classifiers.kinds import find_kind
from classifiers.leaning_files import shipped
from classifiers.leanings import Leaning
from classifiers.matter_keys import signatures
from classifiers.model import LinearModel, Scored, joined, segmented, told
from classifiers.places import Places, RegionLike
from classifiers.procedures import accusation_in, find_procedure
from classifiers.text import Text, chunks, text_from
from classifiers.tokens import search_tokens, written
from classifiers.urgency import danger_first, find_signals, reasons_for_a_person, urgency_of
from models.errors import HuiyinError
from models.vocabulary import Domain, Kind, Procedure, Urgency

SHIPPED = Path(__file__).parent / "artifact"
ACCEPT_PRECISION = 0.97
_CANDIDATES = 3
_WORTH_A_SCAN = 32  # texts; for fewer, trying every rule takes less time than getting the scan ready
_KEPT_BYTES = 16 << 20  # twice as much may lie free; a batch of 512 frees about 8 MB
_CONDUCT = Domain.INTEGRITY.value
_MAY_BE_CONDUCT = 0.08  # of the probability that a message is about officials' conduct: a person looks
_SEVERAL_REGIONS = "涉及多个区县，需人工确定主办单位"


@dataclass(slots=True)  # not frozen, which takes five times as long to make
class Findings:
    """What one text says. `never_automatic`: Chinese reasons why a person must look; empty when none."""

    domain: str
    confidence: float
    accepted: bool
    candidates: list[tuple[str, float]]
    kind: Kind
    procedure: Procedure
    urgency: Urgency
    urgency_reasons: list[str]
    places: list[str]
    reasons: list[str]
    never_automatic: list[str]
    tokens: str
    signature: bytes | None
    model_version: str
    accusation: str  # decided, suspected or "": beside the danger too that goes before it


class Judgement:
    """A model, the places of a jurisdiction and the precision at which a domain is taken as said."""

    def __init__(self, model: LinearModel, places: Places, precision: float = ACCEPT_PRECISION) -> None:
        self._model, self._places = model, places
        # Read now, not with the first record: a damaged file is no record's fault.
        self._reader = shipped()
        # A model trained on rows that tell no kind leaves that question to the shipped one.
        self._kinds = model if model.artifact.kinds else _current(SHIPPED)
        self._threshold = model.artifact.threshold(precision)

    @classmethod
    def load(
        cls,
        model: str | Path | None = None,
        regions: Sequence[RegionLike] = (),
        precision: float = ACCEPT_PRECISION,
    ) -> "Judgement":
        """Load a model's folder, the shipped one by default; a damaged one raises BadModel."""
        return cls(_current(Path(model) if model else SHIPPED), Places(regions), precision)

    @property
    def labels(self) -> tuple[str, ...]:
        return self._model.labels

    @property
    def model_version(self) -> str:
        return self._model.artifact.version

    @cached_property
    def _scan(self) -> CueScan:
        _keep_freed_memory()
        return CueScan([*procedures.CUES, *urgency.CUES, *self._places.cues])

    def findings(
        self, texts: Sequence[Text], domains: Collection[str] | None = None, *, kept: bool = True
    ) -> list[Findings]:
        """Judge texts in order; `domains` restricts what they may be about (BadInput for an unknown one).

        `kept`: with what the record finds a message by again; its tables take a third of a second to read.
        """
        if not texts:
            return []
        wholes = [text.whole for text in texts]
        parts = chunks(map(len, wholes))
        scored, margins, tokens, signed = self._by_words([texts[part] for part in parts], domains, kept)
        kinds = [dict(zip(self._kinds.artifact.kinds, row, strict=True)) for row in margins.tolist()]
        ranks = (-scored.probabilities).argsort(axis=1, kind="stable")[:, :_CANDIDATES]
        shares = np.take_along_axis(scored.probabilities, ranks, axis=1).round(4).tolist()
        may: list[May] = [None] * len(wholes)
        if len(wholes) >= _WORTH_A_SCAN:
            may = [each for part in parts for each in self._scan.scan(wholes[part])]
        leant = self._reader.read(wholes)
        found, labels = [], self.labels
        for i, (text, ranked) in enumerate(zip(texts, ranks.tolist(), strict=True)):
            likely = [(labels[j], share) for j, share in zip(ranked, shares[i], strict=True) if share > 0]
            found.append(
                self._one(text, wholes[i], likely, scored.reasons[i], may[i], leant[i], kinds[i], tokens[i], signed[i])
            )
        return found

    def _by_words(
        self, chunked: Sequence[Sequence[Text]], domains: Collection[str] | None, kept: bool
    ) -> tuple[Scored, Floats, list[str], list[bytes | None]]:
        """What the words say: the domain's scores, the kinds' margins, search tokens, keys of the matter.

        So few texts at a time that their words stay in a core's cache until all have looked at them.
        """
        scored, kinds = [], []
        tokens: list[str] = []
        signed: list[bytes | None] = []
        for texts in chunked:
            cut = [segmented(text.title, text.text) for text in texts]
            words = told(cut)
            scored.append(self._model.score_told(cut, words, domains))
            own = self._kinds is self._model
            kinds.append(scored[-1].kinds if own else self._kinds.score_told(cut, words, reasons=0).kinds)
            if kept:
                looks = written(words)
                tokens += search_tokens(words, looks)
                signed += signatures(words, looks, [row.title_words for row in cut])
            else:
                tokens += [""] * len(cut)
                signed += [None] * len(cut)
        return joined(scored), np.concatenate(kinds), tokens, signed

    def _one(
        self,
        text: Text,
        whole: str,
        candidates: list[tuple[str, float]],
        reasons: list[str],
        may: May,
        leaning: Leaning,
        kinds: Mapping[str, float],
        tokens: str,
        signed: bytes | None,
    ) -> Findings:
        title_length = len(text.title or "")
        signals = find_signals(whole, may)
        procedure, legal = danger_first(*find_procedure(whole, may, title_length, leaning), signals)
        kind = find_kind(whole, procedure, kinds)
        how_urgent, why = urgency_of(procedure, legal, signals)
        places = self._places.find(text.region_hint, whole, may=may)
        domain, confidence = candidates[0]
        conduct = any(code == _CONDUCT and p >= _MAY_BE_CONDUCT for code, p in candidates)
        several = [_SEVERAL_REGIONS] if self._places.several(places) else []
        return Findings(
            domain=domain,
            confidence=confidence,
            accepted=bool(reasons) and domain != Domain.OTHER and confidence >= self._threshold,
            candidates=candidates,
            kind=kind,
            procedure=procedure,
            urgency=how_urgent,
            urgency_reasons=why,
            places=places,
            reasons=reasons,
            never_automatic=reasons_for_a_person(Domain.INTEGRITY if conduct else domain, kind, legal, signals)
            + several,
            tokens=tokens,
            signature=signed,
            model_version=self.model_version,
            accusation=accusation_in(legal),
        )


def _keep_freed_memory() -> None:
    """Have the C library keep what a batch frees for the next, as it does once a larger block was freed.

    Otherwise a settled worker takes the pages of every batch's arrays from the system anew, six a message: a
    twentieth of its time. The block itself is never touched; elsewhere than on glibc this does nothing.
    """
    np.empty(_KEPT_BYTES, dtype=np.uint8)


def _current(folder: Path) -> LinearModel:
    try:
        written = (folder / "manifest.json").stat().st_mtime_ns
    except OSError:
        written = 0  # load_artifact says what is missing
    return _model(folder, written)


@lru_cache(maxsize=3)
def _model(folder: Path, _written: int) -> LinearModel:
    return LinearModel(load_artifact(folder))


def classify_line(
    line: Mapping[str, Any], judgement: Judgement, domains: Collection[str] | None = None
) -> dict[str, Any]:
    """One line of `huiyin classify`: {"id","text"} → its findings, or {"id","error"} for a bad line."""
    return classify_lines([line], judgement, domains)[0]


def classify_lines(
    lines: Sequence[Mapping[str, Any]], judgement: Judgement, domains: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """Lines of `huiyin classify` as one batch, in the order given."""
    read = [_read(line) for line in lines]
    texts = [text for text in read if isinstance(text, Text)]
    judged = iter(judgement.findings(texts, domains, kept=False))
    return [
        {"id": line["id"], **_line(next(judged))} if isinstance(each, Text) else each
        for line, each in zip(lines, read, strict=True)
    ]


def _read(line: Mapping[str, Any]) -> Text | dict[str, Any]:
    try:
        return text_from(line)
    except HuiyinError as error:
        return {"id": line.get("id"), "error": str(error)}


def _line(found: Findings) -> dict[str, Any]:
    return {
        "domain": found.domain,
        "confidence": found.confidence,
        "accepted": found.accepted,
        "candidates": [list(candidate) for candidate in found.candidates],
        "kind": found.kind.value,
        "procedure": found.procedure.value,
        "urgency": found.urgency.value,
        "places": found.places,
        "reasons": found.reasons,
    }
