"""Hosts, registrable domains and addresses; the database's triggers must see them in the same way."""

from __future__ import annotations

import subprocess
import sys

import pytest
from email_validator import validate_email
from hypothesis import assume, given
from hypothesis import strategies as st
from psycopg2.extensions import connection as PsycopgConnection

from db.domains import (
    FREE_MAIL,
    is_free_mail,
    normalize_email,
    normalize_host,
    pasted_email,
    registrable_domain,
)
from tests.support import scalar

HOSTS = {
    "acme.com": "acme.com",
    "ACME.com.": "acme.com",
    "www.acme.com": "acme.com",
    "www.com": "www.com",
    "www.gov.uk": "gov.uk",
    "//acme.com": "acme.com",
    "HTTPS://ACME.COM/": "acme.com",
    "https://acme.com:443/": "acme.com",
    "http://user:pass@shop.acme.co.uk:8080/a/b?c=d#e": "shop.acme.co.uk",
    "acme.com/en/index.html": "acme.com",
    "acme.com?utm=1": "acme.com",
    "ann@acme.com": "acme.com",
    "mailto:ann@acme.com": "acme.com",
    " \u00a0acme.com\ufeff\t": "acme.com",
    "münchen.de": "xn--mnchen-3ya.de",
    "MÜNCHEN.de": "xn--mnchen-3ya.de",
    "例え.jp": "xn--r8jz45g.jp",
    "xn--mnchen-3ya.de": "xn--mnchen-3ya.de",
    "localhost": "localhost",
    "192.168.1.10:5432": "192.168.1.10",
    "vav.dev": "vav.dev",
    "my_host.acme.com": "my_host.acme.com",
}
NO_HOSTS = (
    "",
    " ",
    "two words",
    "http://",
    "a..b",
    "-a.com",
    "a" * 64 + ".com",
    "x" * 5000,
    "💥.\u0378",
)
EMAILS = {
    "Ann@Acme.COM": "ann@acme.com",
    " \u00a0ann@acme.com\r\n": "ann@acme.com",
    "\tann@acme.com": "ann@acme.com",
    "<ann@acme.com>": "ann@acme.com",
    "Ann Lee <ann@acme.com>": "ann@acme.com",
    "ann+tag@mail.acme.co.uk": "ann+tag@mail.acme.co.uk",
    "o'brien@acme.com": "o'brien@acme.com",
    "ann@münchen.de": "ann@xn--mnchen-3ya.de",
    "victor@lev.dev": "victor@lev.dev",
    "a@acme.test": "a@acme.test",
}
NO_EMAILS = (
    "",
    "  ",
    "n/a",
    "ann",
    "ann@",
    "@acme.com",
    "ann@@acme.com",
    "ann lee@acme.com",
    "ann@acme.com.",
    "ann@localhost",
    "ann@acme.1",
    "mailto:ann@acme.com",
    "ann@acme.com, lee@acme.com",
    "änn@acme.com",
    ".ann@acme.com",
    "a" * 65 + "@acme.com",
    "ann@-acme.com",
    "ann@" + "a" * 64 + ".com",
)


@pytest.mark.parametrize(("written", "host"), HOSTS.items())
def test_the_host_is_found_in_any_form(written: str, host: str) -> None:
    assert normalize_host(written) == host


@pytest.mark.parametrize("written", NO_HOSTS)
def test_text_without_a_host_gives_none(written: str) -> None:
    assert normalize_host(written) is None


@pytest.mark.parametrize("written", HOSTS)
def test_the_database_sees_the_same_host(other: PsycopgConnection, written: str) -> None:
    assert scalar(other, "SELECT customer_center_domain(%s)", written) == HOSTS[written]


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("mail.acme.com", "acme.com"),
        ("a.b.acme.co.uk", "acme.co.uk"),
        ("x.github.io", "x.github.io"),
        ("github.io", "github.io"),
        ("co.uk", "co.uk"),
        ("192.168.1.10", "192.168.1.10"),
        ("server.intranet.unknownsuffix", "server.intranet.unknownsuffix"),
        ("localhost", "localhost"),
        ("shop.xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
    ],
)
def test_the_registrable_domain_follows_the_public_suffix_list(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


def test_free_mail_is_known_at_subdomains_too() -> None:
    assert is_free_mail("gmail.com")
    assert is_free_mail("mail.yahoo.co.uk")
    assert not is_free_mail("acme.com")
    assert all(domain == normalize_host(domain) for domain in FREE_MAIL)


@pytest.mark.parametrize(("written", "stored"), EMAILS.items())
def test_an_address_is_normalised(written: str, stored: str) -> None:
    assert normalize_email(written) == stored


@pytest.mark.parametrize("written", NO_EMAILS)
def test_what_is_no_address_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(ValueError, match=r"[A-Z].* .*\."):
        normalize_email(written)


@pytest.mark.parametrize("stored", EMAILS.values())
def test_the_database_stores_a_normalised_address_as_it_is(
    other: PsycopgConnection, stored: str
) -> None:
    assert scalar(other, "SELECT customer_center_email(%s)", stored) == stored


def test_a_pasted_link_is_an_address_too() -> None:
    assert pasted_email("mailto:Ann@acme.com?subject=Hello") == "ann@acme.com"


@given(st.from_regex(r"[a-z0-9._+-]{1,12}@[a-z0-9.-]{1,16}\.[a-z]{1,4}", fullmatch=True))
def test_the_short_way_accepts_only_what_the_validator_does(address: str) -> None:
    try:
        accepted = normalize_email(address)
    except ValueError:
        return
    # Reserved names are addresses here, and the validator refuses them.
    assume(accepted.rpartition(".")[2] not in ("arpa", "invalid", "local", "onion"))
    validated = validate_email(accepted, check_deliverability=False, test_environment=True)
    assert accepted == validated.normalized


def test_domains_need_no_sqlalchemy() -> None:
    program = "import sys, db.domains; assert 'sqlalchemy' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
