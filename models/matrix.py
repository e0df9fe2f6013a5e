"""The routing matrix as a thing of its own: its text, its digest, and rows that no message ever reaches."""

import hashlib
from collections.abc import Iterator

import yaml

from models.profile import Profile
from models.profile_parts import ANY, Route
from models.routing import best_route, lineage
from models.vocabulary import CaseType, Kind


def matrix_text(profile: Profile) -> str:
    """One row a line, as it may stand under `routing:` in a profile."""
    rows = (row.model_dump(mode="json", exclude_defaults=True) for row in profile.routing)
    return "".join(
        "- " + yaml.safe_dump(row, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6)
        for row in rows
    )


def matrix_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def shadowed(profile: Profile) -> Iterator[tuple[int, list[int]]]:
    """Rows (by place, from 0) that can never win, each with the rows that win where it would fit.

    Only what rows name is told apart: other domains, kinds and places are all one.
    """
    winners: dict[int, set[int]] = {n: set() for n in range(len(profile.routing))}
    place = {id(row): n for n, row in enumerate(profile.routing)}
    for domain in profile.domain_labels:
        rows = [row for row in profile.routing if row.domain in {ANY, domain}]
        for line in _lines(profile, rows):
            for kind in Kind:
                for case_type in CaseType:
                    won = best_route(rows, domain, line, kind, case_type)
                    if won is None:
                        continue
                    for row in rows:
                        if _fits(row, line, kind, case_type):
                            winners[place[id(row)]].add(place[id(won)])
    for n, won_by in winners.items():
        if n not in won_by:
            yield n, sorted(won_by)


def _lines(profile: Profile, rows: list[Route]) -> set[tuple[str, ...]]:
    """The lines of places that the rows tell apart."""
    named = {row.region for row in rows}
    places = [code for code, region in profile.regions_by_code.items() if not region.outside]
    lines = (lineage(profile.regions_by_code, code) for code in [*places, profile.jurisdiction])
    return {tuple(code for code in line if code in named) for line in lines}


def _fits(row: Route, line: tuple[str, ...], kind: str, case_type: str) -> bool:
    return (
        (row.region == ANY or row.region in line)
        and row.kind in {ANY, kind}
        and (row.case_type in {ANY, case_type} or case_type == CaseType.OPINION)
    )
