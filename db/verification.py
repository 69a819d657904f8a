"""What is known of an e-mail address: what a provider of verifications said, and what it shows.

The statuses are those of :data:`db.statuses.VERIFICATIONS`, None for one that nobody verified.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from db.domains import normalize_email, registrable_domain
from db.statuses import VERIFICATIONS

# Spellings that several providers share; those of one provider come first.
_COMMON: Final[Mapping[str, str | None]] = {
    **{entry.value.replace("_", ""): entry.value for entry in VERIFICATIONS},
    "unverified": None,
    "notverified": None,
    "verified": "valid",
    "ok": "valid",
    "deliverable": "valid",
    "catchall": "catch_all",
    "acceptall": "catch_all",
    "undeliverable": "invalid",
    "rolebased": "role",
    "generic": "role",
    "verifying": "pending",
    "inprogress": "pending",
}

# What the providers document. Apollo's "unavailable" is no address at all; Hunter has its own word
# for addresses at webmail, which it checks no further; Instantly answers with numbers.
_OF_PROVIDER: Final[Mapping[str, Mapping[str, str | None]]] = {
    "apollo": {
        "verified": "valid",
        "extrapolated": "risky",
        "emailnolongerverified": "risky",
        "newdataavailable": None,
        "usermanaged": None,
        "unavailable": None,
        "updaterequired": "pending",
    },
    "zerobounce": {"donotmail": "risky", "abuse": "spamtrap"},
    "instantly": {
        "1": "valid",
        "-1": "invalid",
        "-2": "risky",
        "-3": "catch_all",
        "11": "pending",
        "12": "pending",
    },
    "hunter": {"webmail": "unknown", "blocked": "unknown"},
    "smartlead": {},
    "neverbounce": {},
}
MESSAGES: Final = {
    "invalid": "Customer Center: no e-mail address",
    "disposable": "Customer Center: a domain for addresses to throw away",
    "role": "Customer Center: a mailbox of a function, not of a person",
}
"""What stands beside a status that an address itself showed."""
PROVIDERS: Final = tuple(_OF_PROVIDER)

# A second word that says more: ZeroBounce's sub-status, Apollo's column about accepting all.
_DETAILS: Final[Mapping[tuple[str, str | None], Mapping[str, str]]] = {
    ("zerobounce", "risky"): {
        "rolebased": "role",
        "rolebasedcatchall": "role",
        "disposable": "disposable",
    },
    ("apollo", "valid"): {"catchall": "catch_all"},
}

# Mailboxes of a function, not of a person: those of RFC 2142, and what companies usually print on
# their sites in the languages in which they are written to.
_ROLE_NAMES: Final = """
    abuse ftp hostmaster marketing news noc postmaster root sales security support trouble usenet
    uucp webmaster www
    accounting accounts admin administration administrator advertising affiliates all alerts
    billing board booking bookings bookkeeping branding business career careers ceo cfo community
    compliance contact contactus contracts corporate customercare customerservice
    customersupport cto data dataprotection desk developers devnull director directors domains
    donotreply dpo editor editorial education email emea employment engineering enquiries enquiry
    errors events everyone export facilities feedback finance founders frontdesk general gdpr group
    hello help helpdesk hi hiring home hr hse hotline humanresources import info information
    inquiries inquiry international investor investorrelations investors invoice invoices it
    itsupport job jobs kontakt leads legal licensing list logistics mail mailbox mailerdaemon
    management media member members membership newsletter newsroom noreply notifications office
    officemanager operations ops order orders partner partners partnerships payment payments payroll
    people postbox pr press privacy procurement projects promotions purchasing quality query quote
    quotes receivables reception recruit recruiting recruitment registrar registration request
    requests research reservations resumes returns sale salesteam secretariat secretary service
    servicedesk services shipping shop spam staff store studio subscribe success sysadmin system
    talent team tech technical techsupport ticket tickets training undisclosed unsubscribe users
    vendor vendors volunteer warranty web webadmin welcome
    anfrage anfragen bestellung bestellungen bewerbung buchhaltung datenschutz dialog
    einkauf empfang geschaeftsfuehrung geschaeftsleitung impressum karriere kundendienst
    kundenservice leitung logistik personal personalabteilung post poststelle praxis presse
    rechnung rechnungen rezeption sekretariat technik termin termine verkauf vertrieb verwaltung
    werkstatt zentrale
    accueil achats administracion administrazione amministrazione atencion ayuda boutique
    comercial comercio commande commercial commerciale compras compta comptabilite contabilidad
    contabilita contacto contactez contatti contato contatto direccion direction direzione
    empleo facturacion facture factures gerencia informacion informations informazioni
    ordini prensa presidencia prenotazioni recepcion reservas rh secretaria secretariado segreteria
    servicioalcliente serviceclient ufficio ufficioacquisti ufficiocommerciale vendas vendite ventas
    vente ventes
    administratie bestellingen boekhouding inkoop klantenservice personeelszaken receptie verkoop
    biuro handlowy kadry ksiegowosc reklamacje rekrutacja sekretariat sprzedaz zamowienia
"""
_ROLES: Final = frozenset(_ROLE_NAMES.split())
_SEPARATORS: Final = re.compile(r"[._-]+")
_TOKEN_OF_A_COUNTRY: Final = 2


class Verdict(NamedTuple):
    """Our status, None where nobody verified the address, and the provider's own words."""

    status: str | None
    message: str | None


def from_provider(word: str, provider: str = "", detail: str = "") -> Verdict:
    """Return what a provider's word for the state of an address means.

    ``provider`` is one of :data:`PROVIDERS`; for another one the words that they share are known.
    ``detail`` is a second word where the provider has one. Letters may be in any case, spaces and
    separators do not count. Raises ValueError for a word that is not known, with a sentence.
    """
    who, key = provider.casefold().strip(), _key(word)
    if not key:
        return Verdict(None, None)
    known = {**_COMMON, **_OF_PROVIDER.get(who, {})}
    if key not in known:
        whose = f" of {provider}" if provider else ""
        raise ValueError(f"{word.strip()!r} is no status of a verification{whose}.")
    status = known[key]
    status = _DETAILS.get((who, status), {}).get(_key(detail), status)
    said = " ".join(part for part in (word.strip(), detail.strip()) if part)
    return Verdict(status, f"{provider.strip()}: {said}" if provider.strip() else said)


def _key(word: str) -> str:
    """Return a word as it is compared; the sign of a number counts."""
    bare = word.strip().casefold()
    return bare if re.fullmatch(r"-?\d+", bare) else re.sub(r"[\W_]+", "", bare)


def note_shown(lead: dict[str, object], address: str) -> None:
    """Fill in what an address (stored form) shows, for a lead's columns of which no provider said more.

    A message that is there stays, for it is the provider's own word.
    """
    if not lead.get("email_verification_status") and (found := classify(address)):
        lead["email_verification_status"] = found
        lead.setdefault("email_verification_message", MESSAGES[found])


def classify(address: str) -> str | None:
    """Return what an address shows without anybody being asked, None where that is nothing.

    ``invalid`` where it is no address, ``disposable`` at a domain for throwing away, ``role`` where
    it is a function's mailbox.
    """
    try:
        local, _, domain = normalize_email(address).rpartition("@")
    except ValueError:
        return "invalid"
    if is_disposable(domain):
        return "disposable"
    return "role" if is_role(local) else None


def is_disposable(domain: str) -> bool:
    """Tell whether a domain, in stored form, or the one above it gives addresses to throw away.

    By the list of the project disposable-email-domains.
    """
    domains = _disposable()
    return domain in domains or registrable_domain(domain) in domains


@lru_cache(maxsize=1)
def _disposable() -> frozenset[str]:
    # Ten thousand domains, which nothing but this question needs.
    from disposable_email_domains import blocklist

    return frozenset(blocklist)


def is_role(local: str) -> bool:
    """Tell whether the local part of an address (lower case) is a function's: ``info``, ``sales-de``.

    What follows a ``+`` does not count, nor do numbers at the end.
    """
    name = local.partition("+")[0].rstrip("0123456789")
    parts = [part for part in _SEPARATORS.split(name) if part]
    if "".join(parts) in _ROLES:
        return True
    others = [part for part in parts if part not in _ROLES]
    return len(others) < len(parts) and all(len(part) == _TOKEN_OF_A_COUNTRY for part in others)
