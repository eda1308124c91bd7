"""Contact details are taken out of free text before anything is stored.

E-mail addresses go from every text. Phone numbers go only from self-descriptions (bios), because a phone pattern eats
ORCIDs, arXiv ids, DOIs and plain figures elsewhere; inside a bio those identifiers are protected first.
"""

from __future__ import annotations

import re
import unicodedata

EMAIL_MARK = "[e-mail removed]"
PHONE_MARK = "[phone removed]"

# Plain, and the usual disguises: "name (at) host dot org", "name [at] host.org", "name at host dot org",
# "{a,b}@host.org".
_EMAIL = re.compile(
    r"""(?:mailto:)?
        (?: \{[^{}@\s][^{}@]{0,200}\} | [\w.+%'-]{1,64} )
        (?:
            \s?(?: @ | ＠ | &\#0*64; | &commat; | %40 | [(\[{<]\s?(?:at|@)\s?[)\]}>] )\s?
            [\w-]+ (?: (?:\s?(?:\.|[(\[{<]\s?(?:dot|\.)\s?[)\]}>])\s?|\s+dot\s+) [\w-]+ ){1,6}
          | \s+at\s+ [\w-]+ (?: \s+dot\s+ [\w-]+ ){1,6}
        )""",
    re.VERBOSE | re.IGNORECASE,
)
# The whole pattern is slow, and nearly every text holds no address: first one cheap pass for a character that every
# form of "at" has, then the sign for "at" alone.
_EMAIL_HINT = re.compile(r"[@＠%&)\]}>]|[dD][oO][tT]\s")
_EMAIL_SIGN = re.compile(
    r"[@＠]|&#0*64;|&commat;|%40|[(\[{<]\s?at\s?[)\]}>]|\sat\s+[\w-]+\s+dot\s", re.IGNORECASE
)

_PROTECTED = re.compile(
    r"""\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b          # ORCID
      | \b(?:arxiv:\s?)?\d{4}\.\d{4,5}(?:v\d+)?\b # arXiv id
      | \b10\.\d{4,9}/\S+                         # DOI
      | https?://\S+""",
    re.VERBOSE | re.IGNORECASE,
)
# 7 to 15 digits (E.164 allows 15): groups with the usual separators, an area code and a number, two groups of five, a
# run after "tel", "phone" or the like, and, in bios only, a bare run of 10 to 12 digits, which is a number to call more
# often than a count.
_PHONE = re.compile(
    r"""(?<![\w.])(?:\+|00)?\(?\d{1,4}\)?(?:[\s().\-/]{1,2}\(?\d{2,5}\)?){2,6}(?!\w)
      | (?<!\w)\+\d{1,15}(?:[\s().\-/]{1,2}\d{1,12}){0,6}\b
      | (?<![\w.])(?:\(\d{2,5}\)\s?|0\d{1,4}[\s/\-]|\+\d{1,3}[\s/\-])\d{5,10}\b
      | (?<![\w.])\d{5}[\s\-]\d{5}(?![\w.])
      | (?<![\w.,/\-])\d{10,12}(?![\w/\-]|[.,]\d)
      | (?<=tel[\s:.])\s?\d[\d\s\-]{5,14}\d
      | (?<=phone[\s:.])\s?\d[\d\s\-]{5,14}\d
      | (?<=whatsapp[\s:.])\s?\d[\d\s\-]{5,14}\d
      | (?<=mobile[\s:.])\s?\d[\d\s\-]{5,14}\d""",
    re.VERBOSE | re.IGNORECASE,
)
_DATE_LIKE = re.compile(
    r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}$|^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}$|^(?:19|20)\d\d\s?[-/]\s?(?:19|20)?\d\d$"
)

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Bidirectional overrides, isolates and marks, zero-width space and BOM: invisible, able to reorder what a reader sees.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SPACE = re.compile(r"\s+")


def remove_emails(text: str) -> str:
    """Replace e-mail addresses, also disguised ones, by a mark."""
    if _EMAIL_HINT.search(text) and _EMAIL_SIGN.search(text):
        return _EMAIL.sub(EMAIL_MARK, text)
    return text


def remove_contacts(text: str) -> str:
    """Replace e-mail addresses and phone numbers by marks; ORCIDs, arXiv ids, DOIs, URLs and dates stay."""
    text = remove_emails(text)
    kept: list[str] = []
    position = 0
    for match in _PROTECTED.finditer(text):
        kept += [_remove_phones(text[position : match.start()]), match.group()]
        position = match.end()
    kept.append(_remove_phones(text[position:]))
    return "".join(kept)


def _remove_phones(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        found = match.group()
        digits = sum(character.isdigit() for character in found)
        return found if not 7 <= digits <= 15 or _DATE_LIKE.match(found.strip(" ()")) else PHONE_MARK

    return _PHONE.sub(replace, text)


def clean_text(text: str) -> str:
    """NFC, without control characters and invisible direction marks; line breaks and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub("", _CONTROL.sub("", unicodedata.normalize("NFC", text)))


def clean_line(text: str) -> str:
    """`clean_text` on one line: runs of white space become one space, ends are trimmed."""
    if text.isascii() and text.isprintable() and "  " not in text:  # nearly every line: nothing to do
        return text.strip()
    return _SPACE.sub(" ", clean_text(text)).strip()
