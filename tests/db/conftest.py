"""Rows that tests of the data layer begin with; a file may have others by these names."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from db.rows import CampaignRow, LeadRow
from tests.support import add_campaign, add_lead


@pytest.fixture
def campaign(session: Session) -> CampaignRow:
    """A campaign without leads."""
    return add_campaign(session)


@pytest.fixture
def lead(session: Session) -> LeadRow:
    """A new lead who has a name and a title."""
    return add_lead(session, first_name="Ada", last_name="Lovelace", title="CTO")
