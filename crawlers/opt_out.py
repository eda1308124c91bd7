"""Does a self-description ask recruiters to stay away?

A phrase list, not a guess: it fires on a plain request ("no recruiters", "recruiters: do not contact", "pas de
recruteurs") and stays quiet where recruiters are welcome, where somebody is one, or where the sentence is about
something else. When in doubt it fires: leaving somebody out costs a lead, contacting them breaks their word.
"""

from __future__ import annotations

import re

from config.text import match_key

# Folded by `match_key`: lower case, no diacritics, apostrophes and punctuation are spaces.
_WHO = (
    r"(?:recruiters?|recruitment|recruiting|headhunters?|head hunters?|headhunting|talent scouts?|sourcers?|"
    r"recruitern|headhuntern|personalvermittlern?|recruteurs?|recruteuses?|chasseurs? de tetes|reclutador(?:es|as)?|"
    r"cazatalentos|recrutador(?:es|as)?|reclutatori|cacciatori di teste|rekruter(?:zy|ow|om)?|рекрутер\w*|"
    r"хедхантер\w*|hr (?:agenc(?:y|ies)|people|managers?))"
)
_WHAT = r"(?:job (?:offers?|messages|spam)|ofertas de trabajo|offres d emploi|jobangebote)"
_NOT = r"(?:do not|don t|dont|please no|never)"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bno (?:\w+ ){{0,2}}(?:{_WHO}|{_WHAT})\b",
        rf"\b(?:keine|ohne|nicht fur|pas de|aucun|sin|ningun|sem|nada de|non|niente|bez|без)"
        rf" (?:\w+ ){{0,2}}(?:{_WHO}|{_WHAT})\b",
        rf"\b{_WHO} (?:please |bitte |kindly |must |should |may |can )*(?:do not|don t|dont|nicht|не|stay away|go away|"
        r"keep out|keep away|need not|unwanted|unwelcome|abstain|absteng\w+|s abstenir|unerwunscht)\b",
        rf"\b{_WHO} (?:are )?(?:no|not)"
        r"(?:$| (?:contact|dms?|messages|spam|thanks|thank|please|welcome|allowed|wanted)\b)",
        rf"\b{_WHO} (?:(?:will|get|are|be) ){{0,2}}(?:block(?:ed)?|ignored|reported|deleted|not answered)\b",
        rf"\b{_NOT}(?: \w+){{0,7}} {_WHO}\b",
        rf"\bnot (?:open|available|interested)(?: \w+){{0,3}} {_WHO}\b",
        rf"\b{_NOT} (?:contact|message|email|e mail|dm|write)(?: \w+){{0,5}} (?:about|for|with|regarding)"
        r"(?: \w+){0,2} (?:jobs?|roles?|positions?|hiring|opportunit(?:y|ies)|offers?)\b",
        rf"\b{_NOT} (?:recruit|headhunt|source) me\b",
        r"(?:不接受|谢绝|請勿|请勿|拒绝)\w{0,2}(?:猎头|獵頭|招聘)|(?:猎头|獵頭|招聘)\w{0,2}(?:勿扰|勿擾|勿联系)",
        r"(?:リクルーター|ヘッドハンター|スカウト)\w{0,6}(?:お断り|不要|ご遠慮)",
        r"(?:리크루터|헤드헌터|채용)\w{0,4} ?(?:사절|금지|거절)",
    )
)
# Phrases that hold the words and mean something else; they are cut out before the patterns look.
_HARMLESS = re.compile(
    rf"\bnot (?:only|just|limited to)(?: \w+){{0,2}} {_WHO}\b"
    rf"|\b(?:i am|i m|im) (?:not )?(?:a |an |your )?(?:\w+ ){{0,2}}{_WHO}\b"
    rf"|\bno (?:longer|more) (?:a|an|working as a) {_WHO}\b"
    rf"|\b{_WHO} (?:are |is )?(?:not only |always |very |most )?"
    r"(?:welcome|feel free|do not hesitate|don t hesitate|no problem|no worries)\b"
    rf"|\b(?:do not|don t|dont) (?:hesitate|mind)(?: \w+){{0,7}} {_WHO}\b"
    rf"|\bno (?:problem|problems|worries|issue) with {_WHO}\b"
)
_SENTENCE_END = re.compile(r"[.!?;\n\r|•·]+")


def asks_recruiters_to_stay_away(bio: str | None) -> bool:
    """Whether a self-description says so. Sentences are read one by one, in the folded form of `match_key`."""
    if not bio:
        return False
    for sentence in _SENTENCE_END.split(bio):
        folded = _HARMLESS.sub(" ", match_key(sentence))
        if any(pattern.search(folded) for pattern in _PATTERNS):
            return True
    return False
