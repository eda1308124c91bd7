"""The geography functions over data frames, as the SQLMesh Python model calls them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from warehouse.geography.affiliation import AffiliationMatcher, clean
from warehouse.geography.gazetteer import Gazetteer, Place, can_be_named
from warehouse.geography.names import can_match, vocabulary_of
from warehouse.geography.organisations import Organisation, OrganisationIndex
from warehouse.identity.frames import many_small_objects, rows

if TYPE_CHECKING:
    import pandas as pd

_SUFFIX = re.compile(r"\s*\([^()]+\)$")

MATCH_COLUMNS = (
    "affiliation",
    "ordinal",
    "organisation_id",
    "organisation_name",
    "country_code",
    "geonames_id",
    "basis",
    "confidence",
    "reason",
)


@many_small_objects()
def matcher(
    organisations: pd.DataFrame,
    names: pd.DataFrame,
    parents: pd.DataFrame,
    places: pd.DataFrame,
    countries: pd.DataFrame,
    strings: pd.DataFrame | None = None,
) -> AffiliationMatcher:
    """A matcher over the fields of `Organisation` (without parents), (organisation_id, name, kind), (organisation_id,
    parent_id), (geonames_id, name, country_code, admin1_code, population) and (country_code, name). `strings`: all that
    will be asked for, if that is known."""
    if strings is not None:
        vocabulary = vocabulary_of([clean(text) for (text,) in rows(strings)])
        # .loc: an empty list in plain brackets would select no columns instead of no rows
        names = names.loc[[can_match(_SUFFIX.sub("", name), vocabulary) for name in names["name"]]]
        organisations = organisations[organisations["organisation_id"].isin(set(names["organisation_id"]))]
        places = places.loc[[can_be_named(name, vocabulary) for name in places["name"]]]
    parents_of: dict[str, tuple[str, ...]] = {}
    for child, parent in rows(parents):
        parents_of[child] = (*parents_of.get(child, ()), parent)
    return AffiliationMatcher(
        OrganisationIndex(
            (
                Organisation(
                    i, name, status, country, city, None if g is None else int(g), parents_of.get(i, ())
                )
                for i, name, status, country, city, g in rows(organisations)
            ),
            rows(names),
            list(countries["name"]),
        ),
        Gazetteer((Place(int(g), n, c, a, int(p)) for g, n, c, a, p in rows(places)), rows(countries)),
    )


@many_small_objects()
def affiliation_match(affiliations: pd.DataFrame, with_: AffiliationMatcher) -> pd.DataFrame:
    """core.affiliation_match from one column of distinct strings."""
    import pandas as pd

    matched = [
        (
            text,
            m.ordinal,
            m.organisation_id,
            m.organisation_name,
            m.country_code,
            m.geonames_id,
            m.basis,
            m.confidence,
            m.reason,
        )
        for (text,) in rows(affiliations)
        for m in with_.match(text)
    ]
    frame = pd.DataFrame(matched, columns=list(MATCH_COLUMNS))
    return frame.astype({"geonames_id": "Int64"})
