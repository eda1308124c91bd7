"""Person names of many languages.

They come from Faker (no gender is asked for) or from pairs of common names.
"""

from __future__ import annotations

from random import Random

from faker import Faker

from crawlers.sample_world.model import Name
from crawlers.sample_world.name_banks import PAIRS, romanise
from crawlers.sample_world.rng import chance, weighted

# How often each language supplies a name. It says nothing about where somebody lives.
LOCALES: tuple[tuple[str, float], ...] = (
    ("en_US", 16), ("en_GB", 6), ("zh_CN", 20), ("en_IN", 7), ("hi_IN", 3), ("de_DE", 5), ("fr_FR", 5),
    ("es_ES", 4),
    ("pt_BR", 4), ("it_IT", 3), ("nl_NL", 2), ("sv_SE", 1.5), ("pl_PL", 2.5), ("tr_TR", 2), ("vi_VN", 2.5),
    ("id_ID", 1),
    ("ru_RU", 3), ("uk_UA", 1), ("el_GR", 1), ("ja_JP", 4), ("ko_KR", 5), ("ar_AA", 2.5), ("he_IL", 2),
)  # fmt: skip
_SCRIPTS = {"ru_RU": "cyrl", "uk_UA": "cyrl", "el_GR": "grek", "hi_IN": "deva"}
_MIDDLE = "ABCDEFGHJKLMNPRSTVW"


class NameMaker:
    """Draws names. Each locale has its own Faker, seeded for this instance alone."""

    def __init__(self, r: Random) -> None:
        self._r = r
        self._fakers: dict[str, Faker] = {}

    def _faker(self, locale: str) -> Faker:
        if locale not in self._fakers:
            # Only the provider in use is loaded: that is what keeps start-up short.
            made = Faker(locale, providers=["faker.providers.person"], use_weighting=False)
            made.seed_instance(self._r.getrandbits(32))
            self._fakers[locale] = made
        return self._fakers[locale]

    def make(self) -> Name:
        """One name; about 1 % have a family name only, some Western names have a middle initial."""
        r = self._r
        locale = weighted(r, LOCALES)
        mononym = chance(r, 0.08 if locale in ("id_ID", "hi_IN", "en_IN") else 0.0)
        if locale in PAIRS:
            families, givens, script = PAIRS[locale]
            family, given = r.choice(families), r.choice(givens)
            return Name(
                given[0],
                "",
                family[0],
                locale,
                script,
                given[1],
                family[1],
                family_first=locale in ("zh_CN", "ko_KR"),
            )
        faker = self._faker(locale)
        if locale == "ja_JP":
            kanji, _, latin = faker.last_name_pair()
            given_kanji, _, given_latin = faker.first_name_pair()
            return Name(given_latin, "", latin, locale, "hani", given_kanji, kanji, family_first=True)
        given_name, family_name = str(faker.first_name()), str(faker.last_name())
        if mononym:
            given_name = ""
        if locale in _SCRIPTS:
            return Name(
                romanise(given_name, locale),
                "",
                romanise(family_name, locale),
                locale,
                _SCRIPTS[locale],
                given_name,
                family_name,
            )
        western = locale in ("en_US", "en_GB", "de_DE", "pt_BR", "es_ES")
        middle = f"{r.choice(_MIDDLE)}." if given_name and western and chance(r, 0.3) else ""
        return Name(given_name, middle, family_name, locale)
