"""All profiles, and which of them a header belongs to.

To add one: write its fields in a module of its own, as ``hunter`` does, and put it into
``PROFILES``, the more specific ones first. Headers match without regard to case, spaces and
separators. What no field takes is kept as custom data: a cell that was not understood, and every
column that is not named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from db.transfer.apollo import (
    APOLLO_ACCOUNTS,
    APOLLO_API_ACCOUNTS,
    APOLLO_API_PEOPLE,
    APOLLO_PEOPLE,
)
from db.transfer.fields import Profile
from db.transfer.hubspot import HUBSPOT
from db.transfer.hunter import HUNTER_DOMAINS, HUNTER_LEADS
from db.transfer.own import OWN_ORGANIZATIONS, OWN_PEOPLE
from db.transfer.senders import INSTANTLY, SMARTLEAD

PROFILES: Final = (
    SMARTLEAD,
    HUNTER_DOMAINS,
    HUNTER_LEADS,
    HUBSPOT,
    OWN_PEOPLE,
    INSTANTLY,
    APOLLO_API_PEOPLE,
    APOLLO_PEOPLE,
    APOLLO_ACCOUNTS,
    APOLLO_API_ACCOUNTS,
    OWN_ORGANIZATIONS,
)


def recognise(header: Sequence[str], profiles: Iterable[Profile] = PROFILES) -> Profile | None:
    """Return the profile that a header row fits, None where there is none."""
    return next((profile for profile in profiles if profile.fits(header)), None)
