"""Which of the profile's regions a text speaks of: longest name first, the most specific region wins."""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from classifiers.cues import Cue, May


class RegionLike(Protocol):
    """What is needed of models.profile.Region."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> Sequence[str]: ...
    @property
    def level(self) -> str: ...
    @property
    def parent(self) -> str | None: ...


_SUFFIXES = ("街道", "社区", "自治县", "新区", "省", "市", "区", "县", "镇", "乡", "村")
_SHORTEST_STEM = 2
_ABOVE_TOWN = ("province", "city", "county")


class Places:
    """Finds regions in text. Names are matched in one pass by an alternation, longest first."""

    def __init__(self, regions: Iterable[RegionLike]) -> None:
        self._regions = {region.code: region for region in regions}
        self._by_name: dict[str, list[str]] = {}
        for region in self._regions.values():
            for name in (region.name, *region.aliases):
                self._add(name, region.code)
        self._add_stems()
        names = sorted(self._by_name, key=lambda name: (-len(name), name))
        # Each place of a text is first asked for its character alone: twice as fast.
        firsts = re.escape("".join(sorted({name[0] for name in names})))
        pattern = f"(?=[{firsts}])(?:{'|'.join(map(re.escape, names))})"
        self.cues = (Cue(pattern),) if names else ()

    def find(self, *texts: str | None, may: May = None) -> list[str]:
        """Region codes in order of mention; earlier texts (a hint) come first. `may`: what a scan of the last one saw.

        A region is left out when a place inside it is named as well; a name that several regions share means
        the one that lies in, or contains, another place of the text, else the largest of them.
        """
        said = [name for text in texts[:-1] if text for name in self._names(text, None)]
        named = list(dict.fromkeys([*said, *self._names(texts[-1] or "", may)]))
        if not named:
            return []
        certain = {codes[0] for name in named if len(codes := self._by_name[name]) == 1}
        codes = list(dict.fromkeys(self._choose(self._by_name[name], certain) for name in named))
        around = {above for code in codes for above in self.ancestors(code)}
        return [code for code in codes if code not in around]

    def several(self, codes: Sequence[str]) -> bool:
        """Tell whether places lie in different counties, so that who leads is not the machine's to say."""
        return len(codes) > 1 and len({self._county(code) for code in codes} - {None}) > 1

    def ancestors(self, code: str) -> list[str]:
        """Codes of the regions around one, nearest first."""
        found: list[str] = []
        region = self._regions.get(code)
        while region and region.parent and region.parent not in found:
            found.append(region.parent)
            region = self._regions.get(region.parent)
        return found

    def _names(self, text: str, may: May) -> list[str]:
        return [
            match.group() for cue in self.cues for match in cue.matches(text, may) if not _cut_out(text, match.start())
        ]

    def _add(self, name: str, code: str) -> None:
        codes = self._by_name.setdefault(name, [])
        if code not in codes:
            codes.append(code)

    def _add_stems(self) -> None:
        """People say 白鹭 for 白鹭镇; a stem that is already somebody's full name stays theirs."""
        stems: dict[str, list[str]] = {}
        for region in self._regions.values():
            stem = _stem(region.name)
            if stem and stem not in self._by_name:
                stems.setdefault(stem, []).append(region.code)
        self._by_name.update(stems)

    def _choose(self, codes: Sequence[str], certain: set[str]) -> str:
        if len(codes) == 1:
            return codes[0]
        near = [code for code in codes if code in certain or certain.intersection(self.ancestors(code))]
        return min(near or codes, key=lambda code: len(self.ancestors(code)))

    def _county(self, code: str) -> str | None:
        for each in (code, *self.ancestors(code)):
            region = self._regions.get(each)
            if region and region.level == "county":
                return each
        return None


def _stem(name: str) -> str | None:
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= _SHORTEST_STEM:
            stem = name.removesuffix(suffix)
            return None if stem.isascii() else stem
    return None


def _cut_out(text: str, start: int) -> bool:
    """Tell whether a name in Latin letters or digits (A3区) was cut out of a longer one (AA3区)."""
    return start > 0 and text[start].isascii() and text[start - 1].isascii() and text[start - 1].isalnum()
