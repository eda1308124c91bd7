"""Who was told that their data is held (GDPR Art. 14), when and how: state/notices.csv, one row a notice.

It survives every rebuild and is an input of the build. Only the person_id is kept, never an address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from config.csvfile import exclusive, parse_day, read_rows, write_rows
from config.errors import UserError
from config.paths import ProfilePaths
from config.redaction import remove_emails

COLUMNS = ("person_id", "on", "channel")
CHANNEL_LIMIT = 60


@dataclass(frozen=True, order=True)
class Notice:
    """One person was told on one day."""

    person_id: str
    on: date
    channel: str = ""


def make_notice(values: dict[str, str], *, latest: date | None = None) -> Notice:
    """A notice from the text of its columns. Raises ValueError with words for the user.

    `latest`: no later day is believed, because a notice that is only planned must not keep anybody on a list.
    """
    person_id, on, channel = values.get("person_id", ""), values.get("on", ""), values.get("channel", "")
    if not person_id:
        raise ValueError("person_id is missing")
    if not on:
        raise ValueError("the day of the notice is missing (column on)")
    day = parse_day(on)
    if latest is not None and day > latest:
        raise ValueError(f"{day} is still to come; record a notice when it was given")
    if remove_emails(channel) != channel:
        raise ValueError("the channel holds an e-mail address; write only the kind, such as e-mail or letter")
    if len(channel) > CHANNEL_LIMIT:
        raise ValueError(f"the channel is longer than {CHANNEL_LIMIT} characters")
    return Notice(person_id, day, channel)


def read_notices(paths: ProfilePaths) -> list[Notice]:
    """All notices of a profile, in order. Raises UserError naming file and line of a damaged row."""
    if not paths.notices.exists():
        return []
    _, rows = read_rows(paths.notices)
    notices = []
    for row in rows:
        try:
            notices.append(make_notice(row.values))
        except ValueError as error:
            raise UserError(
                f"{paths.notices}:{row.line}: {error}; correct it or restore state/ from a backup"
            ) from None
    return sorted(set(notices))


def add_notices(paths: ProfilePaths, new: Iterable[Notice]) -> int:
    """Record notices; returns how many were not known yet. Raises UserError."""
    with exclusive(paths.state):
        before = read_notices(paths)
        after = sorted({*before, *new})
        write_rows(paths.notices, COLUMNS, [(n.person_id, n.on.isoformat(), n.channel) for n in after])
    return len(after) - len(before)
