"""From what people type and files carry to hosts, registrable domains and e-mail addresses.

The database's triggers normalise in the same way whoever writes: lower case, white space trimmed,
scheme, user, port, path, ``www.`` and trailing dot off, international names in their ASCII form
(IDNA, ``xn--``). Nothing here touches the network.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

# What str.strip() takes for white space, and the invisible characters that pasting brings along.
_INVISIBLE: Final = "\u200b\u2060\ufeff"
_LONGEST_URL: Final = 2_083
_SCHEME: Final = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//|^mailto:")
_PORT: Final = re.compile(r":[0-9]*$")
_WWW: Final = re.compile(r"^www\.(?=[^.]+\.)")
_HOST: Final = re.compile(
    r"(?=.{1,253}$)(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)*(?!-)[a-z0-9_-]{1,63}(?<!-)"
)
_ANGLES: Final = re.compile(r"[^<>]*<([^<>]*)>")
# Addresses that email-validator is known to accept as they are; anything else is asked of it.
_PLAIN_EMAIL: Final = re.compile(
    r"(?=.{1,254}$)(?=[^@]{1,64}@)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*"
    r"@(?:(?!xn--|..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)

_FREE_MAIL: Final = """
    126.com 139.com 163.com 189.cn 21cn.com abv.bg aim.com alice.it aliyun.com aol.co.uk aol.com
    aol.de arcor.de att.net bellsouth.net bigpond.com bk.ru bluewin.ch blueyonder.co.uk bol.com.br
    btinternet.com centrum.cz charter.net comcast.net cox.net daum.net duck.com earthlink.net
    email.com email.cz email.de fastmail.com fastmail.fm foxmail.com free.fr freenet.de
    frontier.com gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.fr gmx.net googlemail.com hanmail.net
    hey.com home.nl hotmail.be hotmail.ca hotmail.co.jp hotmail.co.th hotmail.co.uk hotmail.com
    hotmail.com.ar hotmail.com.br hotmail.de hotmail.es hotmail.fr hotmail.gr hotmail.it
    hotmail.nl hotmail.se hushmail.com icloud.com ig.com.br inbox.lv inbox.ru interia.pl
    internode.on.net juno.com kakao.com laposte.net libero.it list.ru live.be live.ca live.cn
    live.co.uk live.co.za live.com live.com.au live.com.mx live.com.pt live.de live.dk live.fr
    live.ie live.it live.nl live.no live.se luukku.com mac.com mail.bg mail.com mail.de mail.ee
    mail.ru mailbox.org mailfence.com me.com msn.com naver.com nate.com neuf.fr ntlworld.com
    o2.co.uk o2.pl onet.eu onet.pl op.pl optonline.net optusnet.com.au orange.fr outlook.be
    outlook.cl outlook.co.id outlook.co.th outlook.com outlook.com.ar outlook.com.au
    outlook.com.br outlook.com.gr outlook.com.tr outlook.com.vn outlook.cz outlook.de outlook.dk
    outlook.es outlook.fr outlook.hu outlook.ie outlook.in outlook.it outlook.jp outlook.kr
    outlook.lv outlook.my outlook.ph outlook.pt outlook.sa outlook.sg outlook.sk pm.me poczta.fm
    posteo.de posteo.net proton.me protonmail.ch protonmail.com qq.com r7.com rambler.ru
    rediffmail.com rocketmail.com rogers.com runbox.com sapo.pt sbcglobal.net seznam.cz sfr.fr
    shaw.ca sina.cn sina.com sky.com skynet.be sohu.com startmail.com sympatico.ca t-online.de
    talktalk.net telenet.be telus.net terra.com.br tiscali.co.uk tiscali.it tom.com tuta.com
    tuta.io tutamail.com tutanota.com ukr.net uol.com.br verizon.net vip.163.com vip.qq.com
    virgilio.it virgin.net virginmedia.com volny.cz wanadoo.fr web.de windowslive.com wp.pl xs4all.nl
    xtra.co.nz ya.ru yahoo.ca yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.kr yahoo.co.nz
    yahoo.co.th yahoo.co.uk yahoo.co.za yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br
    yahoo.com.cn yahoo.com.co yahoo.com.hk yahoo.com.mx yahoo.com.my yahoo.com.ph yahoo.com.sg
    yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.de yahoo.dk yahoo.es yahoo.fr yahoo.gr yahoo.ie
    yahoo.in yahoo.it yahoo.no yahoo.pl yahoo.ro yahoo.se yandex.by yandex.com yandex.kz yandex.ru
    yandex.ua yeah.net ymail.com zoho.com zohomail.com
"""
FREE_MAIL: Final = frozenset(_FREE_MAIL.split())


def trim(text: str) -> str:
    """Return the text without white space and invisible characters at its ends."""
    stripped = text.strip()
    while stripped and (stripped[0] in _INVISIBLE or stripped[-1] in _INVISIBLE):
        stripped = stripped.strip(_INVISIBLE).strip()
    return stripped


def normalize_host(text: str) -> str | None:
    """Return the host of an e-mail address, a URL in any form, or a host, in its ASCII form.

    None where there is no host in it. A single label (``localhost``) and an IPv4 address are hosts.
    """
    return _host(text) if len(text) <= _LONGEST_URL else None


@lru_cache(maxsize=16_384)
def _host(text: str) -> str | None:
    host = trim(text).lower()
    angles = _ANGLES.fullmatch(host)
    if angles is not None:
        host = trim(angles.group(1))
    host = _SCHEME.sub("", host)
    host = re.split(r"[/?#]", host, maxsplit=1)[0]
    host = host.rpartition("@")[2]
    host = _PORT.sub("", host).strip(".")
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii").lower().strip(".")
        except idna.IDNAError:
            return None
    host = _WWW.sub("", host)
    return host if _HOST.fullmatch(host) else None


@lru_cache(maxsize=16_384)
def registrable_domain(host: str) -> str:
    """Return the part of a normalised host that somebody registered: ``acme.co.uk`` of a shop's.

    By the public suffix list, private suffixes included, so that ``x.github.io`` and
    ``y.github.io`` differ. An IP address, a public suffix itself and a host of unknown suffix
    are returned as they are.
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        found: str | None = _suffixes("xn--" in host).privatesuffix(host)
        return found or host
    return host


def is_public_suffix(host: str) -> bool:
    """Tell whether anybody can register names below a normalised host, as below ``co.uk``."""
    return bool(_suffixes("xn--" in host).publicsuffix(host) == host)


@lru_cache(maxsize=2)
def _suffixes(international: bool) -> PublicSuffixList:
    """Return the list; to encode its international suffixes takes far longer than to read it."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False, accept_encoded_idn=international)


def is_free_mail(domain: str) -> bool:
    """Tell whether anybody can have an address at this domain, so that it names no organization."""
    return domain in FREE_MAIL or registrable_domain(domain) in FREE_MAIL


def normalize_email(text: str) -> str:
    """Return an address as it is stored: trimmed, lower-case, its domain in ASCII form.

    ``<a@b.com>`` and ``Name <a@b.com>`` are unwrapped. Raises ValueError with a sentence where the
    rest is no address: one @, a local part of ASCII letters, digits and mail's punctuation, and a
    domain of two labels or more whose last begins with a letter. ``mailto:`` belongs to a link, not
    to an address: :func:`pasted_email` takes it off.
    """
    address = trim(text).lower()
    angles = _ANGLES.fullmatch(address)
    if angles is not None:
        address = trim(angles.group(1))
    if not address:
        raise ValueError("There is no e-mail address.")
    return address if _PLAIN_EMAIL.fullmatch(address) else _validated(address)


def pasted_email(text: str) -> str:
    """Return the address in what somebody pasted, a ``mailto:`` link included.

    Raises ValueError like :func:`normalize_email`.
    """
    address = trim(text).lower()
    if address.startswith("mailto:"):
        address = address.removeprefix("mailto:").partition("?")[0]
    return normalize_email(address)


def _validated(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        valid = validate_email(
            address,
            check_deliverability=False,
            allow_smtputf8=False,
            globally_deliverable=False,
            strict=True,
            test_environment=True,
        )
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None
    domain = str(valid.ascii_domain).lower()
    if "." not in domain:
        raise ValueError("The part after the @-sign is not a domain such as acme.com.")
    if not domain.rpartition(".")[2][0].isalpha():
        raise ValueError("The part after the @-sign ends in a number.")
    return f"{valid.local_part.lower()}@{domain}"
