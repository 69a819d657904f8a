"""A lead can be snoozed until a moment; a reply brings it back, whoever writes it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from migrations import leaner_triggers

revision = "20261129_snooze"
down_revision = "20261128_leaner_triggers"
branch_labels = None
depends_on = None

BACK_AT_A_REPLY = """
    IF NEW.snoozed_until IS NOT NULL AND NEW.snoozed_until IS NOT DISTINCT FROM OLD.snoozed_until
       AND (NEW.reply_received_at > coalesce(OLD.reply_received_at, '-infinity')
            OR (NEW.status = 'replied' AND OLD.status IS DISTINCT FROM 'replied')) THEN
        NEW.snoozed_until := NULL;
    END IF;"""


def upgrade() -> None:
    op.add_column("leads", sa.Column("snoozed_until", sa.DateTime(timezone=True)))
    op.execute(leaner_triggers.before_write("leads", BACK_AT_A_REPLY))
    op.execute(leaner_triggers.journal("leads", ("snoozed_until",)))


def downgrade() -> None:
    op.execute(leaner_triggers.before_write("leads"))
    op.execute(leaner_triggers.journal("leads"))
    op.drop_column("leads", "snoozed_until")
