"""A domain's organizations and leads by SQLAlchemy Core: ``python lookup.py URL DOMAIN``."""

from __future__ import annotations

import sys

import psycopg2
from sqlalchemy import create_engine, text

QUERY = text(
    "SELECT o.name, o.email_domain, l.lead_id, l.first_name, l.last_name, l.email, l.status"
    " FROM organizations o LEFT JOIN leads l ON l.company_id = o.organization_id"
    " WHERE o.email_domain = :domain"
)
engine = create_engine("postgresql+psycopg2://", creator=lambda: psycopg2.connect(sys.argv[1]))
with engine.connect() as connection:
    for row in connection.execute(QUERY, {"domain": sys.argv[2]}):
        print(*row)
