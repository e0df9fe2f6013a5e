"""The routing matrix as a thing of its own: its text, its digest, and rows that no message ever reaches."""

import hashlib
from collections.abc import Iterator
from itertools import product

import yaml

from models.profile import Profile
from models.profile_parts import ANY, Route
from models.routing import Asked, best_route, fits, lineage
from models.vocabulary import CaseType, Kind


def matrix_text(profile: Profile) -> str:
    """One row a line, as it may stand under `routing:` in a profile."""
    rows = (row.model_dump(mode="json", exclude_defaults=True) for row in profile.routing)
    return "".join(
        "- " + yaml.safe_dump(row, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**6)
        for row in rows
    )


def matrix_rows(text: str) -> list[Route]:
    """The rows of a kept text; what it names may be gone from the profile by now."""
    return [Route.model_validate(row) for row in yaml.safe_load(text) or []]


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
        for line, asked in product(_lines(profile, rows), _messages(domain, rows)):
            won = best_route(rows, asked, line)
            for row in rows:
                if won is not None and fits(row, asked, line):
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


def _messages(domain: str, rows: list[Route]) -> list[Asked]:
    """Messages that the rows tell apart: each kind and case type, saying no row's words or those of one."""
    said = {frozenset(row.words) for row in rows} | {frozenset[str]()}
    return [Asked(domain, kind, case_type, words) for kind, case_type, words in product(Kind, CaseType, said)]
