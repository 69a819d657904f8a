"""Apollo's own vocabularies: what it says about an address, and how far a contact is.

Each function gets the cells of the headers that its profile names, blank where there is none, and
raises ValueError where it does not understand one.
"""

from __future__ import annotations

from typing import Final

from db.transfer.cells import truth

# None is our "unverified"; an unavailable address is none at all.
_VERIFICATIONS: Final[dict[str, str | None]] = {
    "": None,
    "verified": "valid",
    "extrapolated": "risky",
    "email no longer verified": "risky",
    "unverified": None,
    "new data available": None,
    "user managed": None,
    "unavailable": None,
    "update required": "pending",
}
_CATCH_ALL: Final = {"": False, "catch-all": True, "catchall": True, "not catch-all": False}
_STAGES: Final = {
    "cold": "new",
    "approaching": "sent",
    "replied": "replied",
    "interested": "interested",
    "not interested": "not_interested",
    "unresponsive": "no_response",
    "do not contact": "do_not_contact",
    "bad data": "invalid",
}
# Stages that say more than that there was a reply.
_JUDGED: Final = frozenset({"replied", "interested", "not_interested", "do_not_contact"})


def verification_status(status: str, catch_all: str) -> str | None:
    """Return our verification status, None for "unverified"."""
    try:
        ours = _VERIFICATIONS[status.casefold()]
        accepts_all = _CATCH_ALL[catch_all.casefold()]
    except KeyError as error:
        raise ValueError(f"{error} is no status of Apollo's") from None
    return "catch_all" if ours == "valid" and accepts_all else ours


def verification_message(source: str, status: str, verified_at: str) -> str | None:
    """Return who verified the address, with which result and when, in the provider's own words."""
    verdict = " ".join(part for part in (status, verified_at) if part)
    return ": ".join(part for part in (source, verdict) if part) or None


def lead_status(stage: str, replied: str, bounced: str) -> str | None:
    """Return the status with which a lead is created, None where the cells say nothing known.

    Not to be contacted outweighs a bounce, which outweighs a reply, which outweighs a stage that
    knows of none.
    """
    ours = _STAGES.get(stage.casefold())
    if ours == "do_not_contact":
        return ours
    if bounced and truth(bounced):
        return "bounced"
    if replied and truth(replied) and ours not in _JUDGED:
        return "replied"
    return ours
