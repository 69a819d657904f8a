"""Which addresses become hyperlinks, where they lead, and what is shown of them."""

from __future__ import annotations

import re

import pytest

from tests.hostile import harmless, values
from tui.links import Link, mail, web


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://www.acme.com/team", Link("acme.com/team", "https://www.acme.com/team")),
        ("HTTP://acme.com:8080?q=a b", Link("acme.com:8080?q=a b", "http://acme.com:8080?q=a%20b")),
        ("linkedin.com/in/ada", Link("linkedin.com/in/ada", "https://linkedin.com/in/ada")),
        ("www.linkedin.com/x", Link("linkedin.com/x", "https://www.linkedin.com/x")),
        ("acme.com", Link("acme.com")),
        ("notlinkedin.com/in/ada", Link("notlinkedin.com/in/ada")),
        ("ftp://acme.com", Link("ftp://acme.com")),
        ("javascript://linkedin.com/%0aalert(1)", Link("javascript://linkedin.com/%0aalert(1)")),
        ("file:///etc/passwd", Link("file:///etc/passwd")),
        ("https://linkedin.com@evil.com/", Link("linkedin.com@evil.com/")),
        ("https://linkedin.com\\@evil.com/", Link("linkedin.com\\@evil.com/")),
        (
            "https://acme.com/\x1b]8;;x\x07",
            Link("acme.com/^[]8;;x^G", "https://acme.com/%1B%5D8;;x%07"),
        ),
        ("https://müller.de/ä", Link("müller.de/ä", "https://xn--mller-kva.de/%C3%A4")),
        ("https://例え.jp", Link("例え.jp", "https://xn--r8jz45g.jp")),
        ("https://раypal.com/", Link("xn--ypal-43d9g.com/", "https://xn--ypal-43d9g.com/")),
        ("https://аррӏе.com", Link("xn--80ak6aa92e.com", "https://xn--80ak6aa92e.com")),
        ("https://acme\u202e.com", Link("acme<202e>.com")),
        ("https://acme.com/" + "x" * 3_000, Link("acme.com/" + "x" * 3_000)),
        (None, Link("")),
    ],
)
def test_a_web_address_is_shown_and_leads_to(url: str | None, link: Link) -> None:
    assert web(url) == link


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("ada@acme.com", "mailto:ada@acme.com"),
        ("ada@acme.com?bcc=eve@evil.com", ""),
        ("ada", ""),
        ("a\x1b@acme.com", ""),
    ],
)
def test_a_plain_e_mail_address_leads_to_a_mail(address: str, target: str) -> None:
    assert mail(address).target == target


def test_no_hostile_text_gets_into_a_link() -> None:
    for text in values(2_000):
        for url in (text, f"https://{text}", f"https://acme.com/{text}", f"linkedin.com/{text}"):
            link = web(url)
            assert harmless(link.shown), repr(url)
            assert re.fullmatch(r"(https?://[!-~]+)?", link.target, re.IGNORECASE), repr(url)
