"""Selectors that say how many matches they expect, so that a changed page is noticed instead of read wrongly."""

from __future__ import annotations

import json
from typing import Any

from lxml import etree

from crawlers.source import BadDocument


class Unexpected(Exception):
    """A page did not hold what the selector was told to expect."""


def xml_root(body: bytes, tag: str) -> etree._Element:
    """The root of an XML document, which must bear `tag`.

    Entities are not resolved and nothing is loaded from elsewhere. Raises BadDocument if it is not such a document.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadDocument(f"not well-formed XML: {error}") from None
    if root.tag != tag:
        raise BadDocument(f"the root is <{root.tag}>, not <{tag}>")
    return root


def at_most_one(element: etree._Element, tag: str) -> etree._Element | None:
    """The child of that tag, or None. Raises Unexpected if there are several."""
    found = element.findall(tag)
    if len(found) > 1:
        raise Unexpected(f"<{element.tag}> holds {len(found)} <{tag}>, at most one was expected")
    return found[0] if found else None


def flat_text(element: etree._Element | None) -> str | None:
    """All text inside, markup dropped, white space folded; None if there is none."""
    if element is None:
        return None
    text = "".join(element.itertext()) if len(element) else element.text or ""
    return " ".join(text.split()) or None


def child_text(element: etree._Element, tag: str) -> str | None:
    """`flat_text` of the only child of that tag."""
    return flat_text(at_most_one(element, tag))


def load_json(body: bytes) -> Any:
    """JSON, with lone surrogates (half of an emoji, cut by somebody's limit) replaced, for no file can hold them.

    Raises BadDocument if it is not JSON.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise BadDocument("not JSON") from None
    return _encodable(value) if b"\\ud" in body.lower() else value


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_encodable(inner) for inner in value]
    if isinstance(value, dict):
        return {_encodable(key): _encodable(inner) for key, inner in value.items()}
    return value
