"""Addresses in data as hyperlinks: where one leads is what is shown, and it leads to no program.

Only http, https and mailto become links; an address without a scheme does where it is one of LinkedIn.
What a link holds is ASCII without controls, for it stands in an escape sequence (OSC 8).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from tui.safe import safe

LONGEST: Final = 2_000
"""Characters of a link; terminals take no more than about that."""

_WEB: Final = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<host>[^\s/?#@:\\\[\]]+)(?P<port>:\d{1,5})?(?P<rest>[/?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_HOST: Final = re.compile(
    r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]+"
)
_MAIL: Final = re.compile(r"[A-Za-z0-9._+-]{1,64}@(?P<host>[a-z0-9.-]+)")
_LINKEDIN: Final = re.compile(r"(?:.+\.)?linkedin\.com")
_IN_REST: Final = "/?#@!$&'()*+,;=:~%-._"
# Scripts that are written together; of others in one name one can pass for another.
_TOGETHER: Final = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A safe text, and where it leads; an empty ``target`` is no link."""

    shown: str
    target: str = ""


def web(url: str | None) -> Link:
    """Return the link of a web address, shown without its scheme and ``www.``.

    A host in mixed scripts is shown in its ASCII form (``xn--``).
    """
    text = (url or "").strip()
    found = _WEB.fullmatch(text)
    host = _ascii(found["host"]) if found else ""
    if found is None or not host or not (found["scheme"] or _LINKEDIN.fullmatch(host)):
        return Link(_short(safe(text)))
    port, rest = found["port"] or "", found["rest"] or ""
    shown = host if _mixed(found["host"]) else found["host"]
    scheme = (found["scheme"] or "https").lower()
    target = f"{scheme}://{host}{port}{quote(rest, safe=_IN_REST, errors='replace')}"
    return Link(_short(safe(f"{shown}{port}{rest}")), target if len(target) <= LONGEST else "")


def mail(address: str) -> Link:
    """Return the link of an e-mail address; one that is unusual is no link."""
    found = _MAIL.fullmatch(address)
    plain = found is not None and _HOST.fullmatch(found["host"])
    return Link(safe(address), f"mailto:{address}" if plain else "")


def _short(shown: str) -> str:
    """Take off what all addresses begin with."""
    return shown.removeprefix("https://").removeprefix("http://").removeprefix("www.")


def _ascii(host: str) -> str:
    """Return a host as the network knows it; empty where it is none."""
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            return ""
    host = host.lower()
    return host if _HOST.fullmatch(host) else ""


def _mixed(host: str) -> bool:
    """Tell whether a host is in scripts that nobody writes together."""
    letters = (char for char in host if char.isalpha())
    scripts = {unicodedata.name(char, "UNKNOWN").split()[0] for char in letters}
    return len(scripts) > 1 and not any(scripts <= known for known in _TOGETHER)
