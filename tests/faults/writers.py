"""Several writers on the same leads: nobody's change is lost or overwritten unseen."""

from __future__ import annotations

import random
import threading
import time
from queue import SimpleQueue
from typing import Any
from uuid import UUID

import psycopg2
import pytest

from tests.faults.fault import Background, Fault, Held, Rig, operator
from tests.faults.leads import journal_is_whole, make_leads
from tests.support import fetch, plain_connection, run
from tui.gateway import Gateway
from tui.messages import WriteGoesOn, WriteRefused, WriteWaiting, Written
from tui.writer import Outcome
from tui.writes import EditFields, SetStatus, Write

FIELDS = ("title", "headline", "first_name")
WHOLE_ROW = (
    "UPDATE leads SET title = %s, headline = %s, first_name = %s, row_version = %s"
    " WHERE lead_id = %s"
)
STATUSES = ("new", "ready", "queued", "sent")


def answer(gateway: Gateway, write: Write) -> Written | WriteRefused:
    """Write, and return what became of it."""
    answers: SimpleQueue[Outcome] = SimpleQueue()
    gateway.writer.submit(write, answers.put)
    while isinstance(outcome := answers.get(timeout=60), WriteWaiting | WriteGoesOn):
        pass
    return outcome


def interleaved(rig: Rig) -> Held:
    """An operator edits some fields while a workflow writes some, in a random order of steps."""
    chance, refused = random.Random(3), 0
    number = rig.times(1_000, 30)
    with rig.database() as url, operator(url) as anna, plain_connection(url) as n8n:
        (lead,) = make_leads(url, 1)
        for turn in range(number):
            mine = chance.sample(FIELDS, chance.randint(1, 2))
            theirs = chance.sample(FIELDS, chance.randint(1, 2))
            painted = _fields(n8n, lead)
            early, held = chance.random() < 0.5, chance.random() < 0.3
            if early:
                _as_workflow(n8n, lead, theirs, f"n8n {turn}")
            now = _fields(n8n, lead)
            after = painted | dict.fromkeys(mine, f"anna {turn}")
            edit = EditFields("lead", lead, "Lee", painted, after)
            if held and not early:
                outcome = _while_held(anna, edit, n8n, lead, theirs, f"n8n {turn}")
                now = painted | dict.fromkeys(theirs, f"n8n {turn}")
            else:
                outcome = answer(anna, edit)
            meets = bool(set(mine) & set(theirs)) and (early or held)
            assert isinstance(outcome, WriteRefused) == meets, (turn, outcome)
            refused += meets
            expected = now if meets else now | dict.fromkeys(mine, f"anna {turn}")
            assert _fields(n8n, lead) == expected, f"lost in turn {turn}"
        journal_is_whole(url)
    return Held(
        number,
        f"no update was lost; {refused:,} edits of a field that the workflow had just written were "
        "refused, and fields that were not edited were not written",
    )


def _fields(connection: Any, lead: UUID) -> dict[str, str | None]:
    row = fetch(connection, f"SELECT {', '.join(FIELDS)} FROM leads WHERE lead_id = %s", lead)[0]
    return dict(zip(FIELDS, row, strict=True))


def _as_workflow(connection: Any, lead: UUID, fields: list[str], value: str) -> None:
    for field in fields:
        run(connection, f"UPDATE leads SET {field} = %s WHERE lead_id = %s", value, lead)


def _while_held(
    anna: Gateway, edit: EditFields, n8n: Any, lead: UUID, theirs: list[str], value: str
) -> Written | WriteRefused:
    """Let the edit arrive while the workflow's transaction is open."""
    run(n8n, "BEGIN")
    _as_workflow(n8n, lead, theirs, value)
    answers: SimpleQueue[Written | WriteRefused] = SimpleQueue()
    edits = threading.Thread(target=lambda: answers.put(answer(anna, edit)))
    edits.start()
    time.sleep(0.02)
    run(n8n, "COMMIT")
    edits.join(30)
    return answers.get(timeout=1)


def written_back(rig: Rig) -> Held:
    """A workflow reads whole rows, the operator edits one, the workflow writes all back."""
    number = rig.times(200, 8)
    with rig.database() as url, operator(url) as anna, plain_connection(url) as n8n:
        leads = make_leads(url, number)
        for lead in leads:
            painted = _fields(n8n, lead)
            query = "SELECT row_version FROM leads WHERE lead_id = %s"
            version = fetch(n8n, query, lead)[0][0]
            edited = painted | {"title": "CEO"}
            assert isinstance(
                answer(anna, EditFields("lead", lead, "Lee", painted, edited)), Written
            )
            with pytest.raises(psycopg2.errors.SerializationFailure):
                run(n8n, WHOLE_ROW, *painted.values(), version, lead)
            assert _fields(n8n, lead)["title"] == "CEO"
    return Held(number, "each was refused with SQLSTATE 40001, and the edit stayed")


def fights(rig: Rig) -> Held:
    """Two operators and a workflow hammer the same leads; the workflow locks two at a time."""
    seconds, number = rig.times(60, 3), 100
    with rig.database() as url, operator(url) as anna, operator(url, "ben") as ben:
        leads = make_leads(url, number)
        fighters = [_Operator(anna, leads, 1), _Operator(ben, leads, 2)]
        workflow = _Workflow(url, leads)
        with (
            Background(fighters[0].turn),
            Background(fighters[1].turn),
            Background(workflow.turn),
        ):
            time.sleep(seconds)
        workflow.connection.close()
        changes = journal_is_whole(url)
        assert changes == sum(each.written for each in (*fighters, workflow))
        written = sum(fighter.written for fighter in fighters)
        stale = sum(fighter.stale for fighter in fighters)
    return Held(
        changes,
        f"each old value in the journal is the new one before it; of the operators' changes "
        f"{written:,} were written and {stale:,} refused, told who was there first, none because of "
        f"a deadlock; the workflow met {workflow.deadlocks}",
    )


class _Operator:
    """Sets statuses from what was painted a moment ago."""

    def __init__(self, gateway: Gateway, leads: list[UUID], seed: int) -> None:
        self._gateway = gateway
        self._leads = leads
        self._chance = random.Random(seed)
        self.written = self.stale = 0

    def turn(self) -> None:
        lead = self._gateway.lead(self._chance.choice(self._leads))
        target = self._chance.choice([status for status in STATUSES if status != lead.status])
        write = SetStatus("lead", lead.id, lead.name, lead.status, target, forced=True)
        outcome = answer(self._gateway, write)
        if isinstance(outcome, Written):
            self.written += 1
            return
        words = str(outcome.error)
        assert "meanwhile" in words or "holds this row" in words, words
        self.stale += 1


class _Workflow:
    """Changes two leads in one transaction, in whichever order, and begins again after a deadlock."""

    def __init__(self, url: str, leads: list[UUID]) -> None:
        self.connection = psycopg2.connect(url, application_name="n8n")
        self._leads = leads
        self._chance = random.Random(4)
        self.written = self.deadlocks = 0

    def turn(self) -> None:
        wanted = self._chance.sample(self._leads, 2)
        status = self._chance.choice(STATUSES)
        try:
            changed = sum(self._set(lead, status) for lead in wanted)
            self.connection.commit()
            self.written += changed
        except psycopg2.errors.DeadlockDetected:
            self.connection.rollback()
            self.deadlocks += 1

    def _set(self, lead: UUID, status: str) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute(
                "UPDATE leads SET status = %s WHERE lead_id = %s AND status <> %s",
                (status, lead, status),
            )
            return int(cursor.rowcount)


FAULTS = (
    Fault("interleavings", "operator and workflow on one lead, in random order", interleaved),
    Fault(
        "write-back", "a workflow writes back a whole row that it read before an edit", written_back
    ),
    Fault("fights", "two operators and a workflow on the same 100 leads", fights),
)
