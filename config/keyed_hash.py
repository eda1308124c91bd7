"""Suppression by keyed hash: who asked to be left out stays out, without a list of who they are.

Identifiers are source ids, handles, ORCIDs and work + position, never a bare name (a name belongs to many). They are
hashed with HMAC-SHA-256 (RFC 2104) under a key that lives outside the data, so a stolen list names nobody. A changed
key would silently let everybody back in; therefore the list carries the key's fingerprint and a mismatch is an error.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from config.errors import UserError

KEY_VARIABLE = "TALENTATLAS_SUPPRESSION_KEY"
_FINGERPRINT_TEXT = b"talentatlas suppression key fingerprint v1"


class Suppression:
    """A set of keyed hashes and the key that makes them."""

    def __init__(self, key: bytes, hashes: Iterable[str] = ()) -> None:
        self._key = key
        self.hashes = frozenset(hashes)

    def digest(self, identifier: str) -> str:
        """Keyed hash (hex) of one identifier such as ``orcid:0000-0002-1825-0097``."""
        return hmac.new(self._key, identifier.encode(), hashlib.sha256).hexdigest()

    def matches(self, identifiers: Iterable[str]) -> bool:
        """Whether any of the identifiers is suppressed. Costs nothing while the list is empty."""
        return bool(self.hashes) and any(self.digest(identifier) in self.hashes for identifier in identifiers)

    def with_hashes(self, hashes: Iterable[str]) -> Suppression:
        """The same key with more hashes."""
        return Suppression(self._key, self.hashes | frozenset(hashes))

    @property
    def fingerprint(self) -> str:
        return hmac.new(self._key, _FINGERPRINT_TEXT, hashlib.sha256).hexdigest()[:16]


def read_key(key_file: Path) -> bytes:
    """The key from TALENTATLAS_SUPPRESSION_KEY, else from `key_file`. Raises UserError if neither holds one."""
    from_environment = os.environ.get(KEY_VARIABLE)
    if from_environment:
        return from_environment.encode()
    try:
        key = key_file.read_bytes().strip()
    except FileNotFoundError:
        key = b""
    if not key:
        raise UserError(
            f"{key_file}: the suppression key is missing; restore it from its backup or set {KEY_VARIABLE} "
            "(a new key would let people back in who asked to be left out)"
        )
    return key


def load_suppression(list_file: Path, key_file: Path) -> Suppression:
    """Read the suppression list; make the key on first use.

    Raises UserError if a list exists but its key is missing or is another one.
    """
    if not list_file.exists() and not key_file.exists() and not os.environ.get(KEY_VARIABLE):
        key_file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_hex(32))
    suppression = Suppression(read_key(key_file))
    if not list_file.exists():
        save_suppression(suppression, list_file)
        return suppression
    try:
        content = json.loads(list_file.read_text())
        hashes, fingerprint = content["hashes"], content["key_fingerprint"]
    except (ValueError, KeyError, TypeError):
        raise UserError(f"{list_file}: the suppression list is damaged; restore it from its backup") from None
    if fingerprint != suppression.fingerprint:
        raise UserError(
            f"{key_file}: this is not the key of {list_file.name}; restore the key that the list was made with"
        )
    return suppression.with_hashes(hashes)


def save_suppression(suppression: Suppression, list_file: Path) -> None:
    """Write the list by rename, so that a reader never sees half of it."""
    list_file.parent.mkdir(parents=True, exist_ok=True)
    temporary = list_file.with_suffix(".tmp")
    temporary.write_text(
        json.dumps(
            {"key_fingerprint": suppression.fingerprint, "hashes": sorted(suppression.hashes)}, indent=1
        )
    )
    temporary.replace(list_file)
