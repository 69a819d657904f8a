"""Website documents of the demo's companies: a summary as a model writes it, and a crawl."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from db.demo.cast import COUNTRIES, Company

Json = dict[str, Any]

LARGE_PAGES: Final = 160
_TECHNOLOGIES: Final = (
    "nginx", "WordPress", "Cloudflare", "HubSpot", "Matomo", "Shopware", "Salesforce", "Hetzner",
    "Google Tag Manager", "Personio", "SAP Business One", "TYPO3", "React", "Stripe",
)  # fmt: skip
_SIGNALS: Final = (
    ("hiring", "Two open positions in operations since last month."),
    ("investment", "Announced a new production line on the news page."),
    ("certification", "ISO 50001 is named in the footer; the audit is due next year."),
    ("growth", "A second site opened, according to the imprint."),
    ("pain", "The sustainability report names energy cost as the largest risk."),
    ("change", "A new head of operations is introduced on the team page."),
)
_PAGES: Final = ("", "about", "products", "services", "news", "careers", "contact", "imprint")


def summary(company: Company, random: Random, now: datetime) -> Json:
    """Return the summary that an enrichment workflow would store."""
    country = COUNTRIES[company.country]
    signals = random.sample(_SIGNALS, 2 + random.randrange(2))
    return {
        "company": company.name,
        "one_liner": f"{company.industry.capitalize()} company in {company.country}"
        + (f" with about {company.employees} people." if company.employees else "."),
        "industry": company.industry,
        "languages": [country.language, "en"] if country.language != "en" else ["en"],
        "offering": {
            "products": [
                {"name": f"{company.industry.capitalize()} {line}", "since": 1987 + 3 * place}
                for place, line in enumerate(("standard", "premium", "service"))
            ],
            "customers": ["mid-sized companies", "public sector"],
            "b2b": True,
        },
        "signals": [
            {
                "type": kind,
                "evidence": text,
                "confidence": round(0.55 + random.randrange(40) / 100, 2),
                "url": f"https://www.{company.domain}/{random.choice(_PAGES)}",
            }
            for kind, text in signals
        ],
        "fit": {"score": random.randrange(35, 98), "reasons": ["size", "region"], "blockers": []},
        "generated": {
            "workflow": "summarise-website",
            "model": "summary-3",
            "at": (now - timedelta(days=3, minutes=random.randrange(4000))).isoformat(),
            "tokens": {"in": random.randrange(4000, 19000), "out": random.randrange(250, 700)},
        },
    }


def raw(company: Company, random: Random, now: datetime, pages: int = 6) -> Json:
    """Return a crawl of the website with so many pages."""
    fetched = now - timedelta(days=4, minutes=random.randrange(4000))
    return {
        "url": f"https://www.{company.domain}/",
        "fetched_at": fetched.isoformat(),
        "status": 200,
        "redirects": [{"from": f"http://{company.domain}/", "status": 301}],
        "headers": {
            "content-type": "text/html; charset=utf-8",
            "server": random.choice(("nginx", "Apache", "cloudflare")),
            "strict-transport-security": None,
        },
        "meta": {
            "title": f"{company.name} | {company.industry.capitalize()}",
            "description": f"{company.name}: {company.industry} since 1987.",
            "og": {"type": "website", "locale": COUNTRIES[company.country].language},
        },
        "json_ld": [
            {
                "@context": "https://schema.org",
                "@type": "Organization",
                "name": company.name,
                "numberOfEmployees": {"@type": "QuantitativeValue", "value": company.employees},
                "address": {
                    "@type": "PostalAddress",
                    "streetAddress": COUNTRIES[company.country].addresses[0],
                },
            }
        ],
        "technologies": sorted(random.sample(_TECHNOLOGIES, 4)),
        "pages": [_page(company, random, number) for number in range(pages)],
        "robots": {"allowed": True, "crawl_delay": 1.5},
    }


def _page(company: Company, random: Random, number: int) -> Json:
    name = _PAGES[number] if number < len(_PAGES) else f"news/{number:04d}"
    kind, evidence = random.choice(_SIGNALS)
    return {
        "path": f"/{name}",
        "title": f"{name.replace('/', ' ').capitalize() or 'Home'} | {company.name}",
        "bytes": random.randrange(8_000, 90_000),
        "headings": [
            {"level": 1, "text": company.name},
            {"level": 2, "text": f"{company.industry.capitalize()}, {kind}"},
        ],
        "text": f"{company.name} in {company.country}.\n{evidence}",
        "links": [f"/{random.choice(_PAGES)}" for _ in range(3)],
        "images": [] if number % 3 else [{"src": f"/img/{number}.webp", "alt": company.name}],
    }
