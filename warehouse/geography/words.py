"""Names of countries and regions as affiliations write them, and words that name no organisation by themselves."""

from __future__ import annotations

COUNTRY_ALIASES: dict[str, str] = {
    "usa": "US", "us": "US", "u s a": "US", "u s": "US", "united states of america": "US", "the united states": "US",
    "united states": "US", "uk": "GB", "u k": "GB", "united kingdom": "GB", "great britain": "GB", "england": "GB",
    "scotland": "GB", "wales": "GB", "northern ireland": "GB", "korea": "KR", "south korea": "KR",
    "republic of korea": "KR", "korea republic of": "KR", "korea south": "KR", "north korea": "KP", "pr china": "CN",
    "p r china": "CN", "prc": "CN", "p r c": "CN", "people s republic of china": "CN",
    "peoples republic of china": "CN",
    "the people s republic of china": "CN", "mainland china": "CN", "china mainland": "CN", "taiwan roc": "TW",
    "taiwan r o c": "TW", "taiwan": "TW", "republic of china": "TW", "hong kong sar": "HK", "hong kong china": "HK",
    "hongkong": "HK", "hong kong": "HK", "macao": "MO", "macau": "MO", "macau sar": "MO", "russia": "RU",
    "russian federation": "RU", "the netherlands": "NL", "netherlands": "NL", "holland": "NL", "deutschland": "DE",
    "federal republic of germany": "DE", "czechia": "CZ", "czech republic": "CZ", "turkey": "TR", "turkiye": "TR",
    "iran": "IR", "islamic republic of iran": "IR", "viet nam": "VN", "vietnam": "VN", "uae": "AE", "u a e": "AE",
    "united arab emirates": "AE", "kingdom of saudi arabia": "SA", "ksa": "SA", "saudi arabia": "SA", "brasil": "BR",
    "espana": "ES", "italia": "IT", "osterreich": "AT", "schweiz": "CH", "suisse": "CH", "svizzera": "CH",
    "ivory coast": "CI", "slovak republic": "SK", "republic of ireland": "IE", "republic of singapore": "SG",
    "bosnia": "BA", "north macedonia": "MK", "macedonia": "MK", "tanzania": "TZ", "syria": "SY", "laos": "LA",
    "moldova": "MD", "bolivia": "BO", "venezuela": "VE", "palestine": "PS", "brunei": "BN", "congo": "CD",
}  # fmt: skip
"""Keys are `config.text.match_key` of what is written; beside them stand the English country names of `ref.country`."""

US_STATES: dict[str, str] = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO",
    "connecticut": "CT", "delaware": "DE", "district of columbia": "DC", "florida": "FL", "georgia": "GA",
    "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY",
    "louisiana": "LA", "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN",
    "mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV", "new hampshire": "NH",
    "new jersey": "NJ", "new mexico": "NM", "new york": "NY", "north carolina": "NC", "north dakota": "ND",
    "ohio": "OH", "oklahoma": "OK", "oregon": "OR", "pennsylvania": "PA", "rhode island": "RI",
    "south carolina": "SC", "south dakota": "SD", "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT",
    "virginia": "VA", "washington": "WA", "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
}  # fmt: skip

CANADIAN_PROVINCES: dict[str, tuple[str, str]] = {
    "alberta": ("AB", "01"), "british columbia": ("BC", "02"), "manitoba": ("MB", "03"), "new brunswick": ("NB", "04"),
    "newfoundland": ("NL", "05"), "nova scotia": ("NS", "07"), "ontario": ("ON", "08"),
    "prince edward island": ("PE", "09"), "quebec": ("QC", "10"), "saskatchewan": ("SK", "11"),
}  # fmt: skip
"""Name to (postal code, GeoNames admin1 code)."""

GENERIC_WORDS = frozenset(
    (
        "a", "academy", "advanced", "ai", "al", "and", "applied", "art", "artificial", "arts", "at",
        "business", "center", "centre", "cnrs", "college", "company", "computer", "computing",
        "corp", "corporation", "data", "de", "del", "department", "dept", "der", "des", "di",
        "division", "do", "du", "e", "economics", "education", "electrical", "engineering", "et",
        "faculty", "for", "foundation", "general", "global", "group", "higher", "hospital", "in",
        "inc", "independent", "industrial", "information", "institut", "institute", "instituto",
        "intelligence", "international", "lab", "laboratories", "laboratory", "labs", "language",
        "learning", "limited", "ltd", "machine", "management", "mathematics", "medical", "medicine",
        "national", "natural", "of", "polytechnic", "processing", "program", "researcher",
        "research", "school", "science", "sciences", "scientific", "services", "society",
        "software", "state", "statistics", "studies", "study", "system", "systems", "team", "tech",
        "technical", "technological", "technologies", "technology", "the", "unit", "universidad",
        "universidade", "universita", "universitat", "universite", "university", "und", "y",
    )
)  # fmt: skip
"""A name made of these alone names no organisation: there is an Institute of Technology in every country."""

CITY_ALIASES: dict[str, str] = {
    "bangalore": "bengaluru", "madras": "chennai", "bombay": "mumbai", "calcutta": "kolkata", "new delhi": "delhi",
    "peking": "beijing", "lisboa": "lisbon", "roma": "rome", "milano": "milan", "torino": "turin",
    "firenze": "florence", "napoli": "naples", "genova": "genoa", "venezia": "venice", "padova": "padua",
    "muenchen": "munich", "munchen": "munich", "koln": "cologne", "koeln": "cologne", "wien": "vienna",
    "praha": "prague", "warszawa": "warsaw", "krakow": "krakow", "cracow": "krakow", "bruxelles": "brussels",
    "brussel": "brussels", "antwerpen": "antwerp", "gent": "ghent", "geneve": "geneva", "bern": "bern",
    "moskva": "moscow", "kobenhavn": "copenhagen", "goteborg": "gothenburg", "den haag": "the hague",
    "sevilla": "seville", "bucuresti": "bucharest", "beograd": "belgrade", "athina": "athens", "sao paolo": "sao paulo",
    "saint petersburg": "saint petersburg", "sankt petersburg": "saint petersburg", "washington d c": "washington",
    "washington dc": "washington", "kyiv": "kyiv", "kiev": "kyiv", "nurnberg": "nuremberg", "braunschweig": "brunswick",
    "saigon": "ho chi minh", "hochiminh": "ho chi minh", "ho chi minh city": "ho chi minh", "tel aviv yafo": "tel aviv",
}  # fmt: skip
"""Keys of local or former names to the keys of GeoNames' names."""

ABBREVIATIONS: dict[str, str] = {
    "univ": "university", "uni": "university", "inst": "institute", "technol": "technology", "tech": "technology",
    "sci": "science", "res": "research", "lab": "laboratory", "labs": "laboratories", "natl": "national",
    "nat": "national", "intl": "international", "int": "international", "med": "medical", "hosp": "hospital",
    "ctr": "center", "acad": "academy", "polytech": "polytechnic", "comput": "computing", "eng": "engineering",
    "coll": "college", "dept": "department", "sch": "school", "fac": "faculty",
}  # fmt: skip
"""Expanded only where the name as printed is not known."""

SPELLINGS: dict[str, str] = {
    "centre": "center", "centres": "centers", "saint": "st", "st": "st", "ste": "st", "defence": "defense",
    "labour": "labor", "programme": "program",
}  # fmt: skip
LINKING_WORDS = frozenset(["a", "an", "and", "at", "for", "in", "of", "on", "the"])
"""Left out of names: "University of Illinois at Urbana-Champaign" is "University of Illinois Urbana-Champaign"."""
