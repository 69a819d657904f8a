"""Reads of claims: which operators are on which leads."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.claims import LOCK_CLASS, PREFIX, Holders

# Everyone may see names of connections, whoever's they are. A lock's number is shown unsigned; a row
# stands under the number that its lead would have as a lock.
_HOLDERS: Final = text(
    """
    SELECT l.objid::bigint, a.application_name
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.classid::bigint = :class AND l.objsubid = 2 AND l.granted
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    UNION ALL
    SELECT ('x' || right(lead_id::text, 8))::bit(32)::bigint, operator
    FROM lead_claims WHERE held_until > now()
    """
)
_SIGN: Final = 2**31


def holders(session: Session) -> Holders:
    """Return who is on which lead now; within a transaction, at the first time that one asked."""
    found = session.execute(_HOLDERS, {"class": LOCK_CLASS})
    return Holders(
        {key - 2 * _SIGN if key >= _SIGN else key: name.removeprefix(PREFIX) for key, name in found}
    )
