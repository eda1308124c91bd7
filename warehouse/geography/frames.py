"""The geography functions over data frames, as the SQLMesh Python model calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.text import match_key
from warehouse.geography.affiliation import AffiliationMatcher, clean
from warehouse.geography.gazetteer import Gazetteer, Place
from warehouse.geography.organisations import Organisation, OrganisationIndex
from warehouse.identity.frames import rows

if TYPE_CHECKING:
    import pandas as pd

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
    vocabulary = None if strings is None else {w for (text,) in rows(strings) for w in match_key(clean(text)).split()}
    parents_of: dict[str, tuple[str, ...]] = {}
    for child, parent in rows(parents):
        parents_of[child] = (*parents_of.get(child, ()), parent)
    return AffiliationMatcher(
        OrganisationIndex(
            (
                Organisation(i, name, status, country, city, None if g is None else int(g), parents_of.get(i, ()))
                for i, name, status, country, city, g in rows(organisations)
            ),
            rows(names),
            vocabulary,
        ),
        Gazetteer((Place(int(g), n, c, a, int(p)) for g, n, c, a, p in rows(places)), rows(countries)),
    )


def affiliation_match(affiliations: pd.DataFrame, with_: AffiliationMatcher) -> pd.DataFrame:
    """core.affiliation_match from one column of distinct strings."""
    import pandas as pd

    matched = [
        (text, m.ordinal, m.organisation_id, m.organisation_name, m.country_code, m.geonames_id, m.basis, m.confidence, m.reason)
        for (text,) in rows(affiliations)
        for m in with_.match(text)
    ]
    frame = pd.DataFrame(matched, columns=list(MATCH_COLUMNS))
    return frame.astype({"geonames_id": "Int64"})
