"""The server is killed again and again while an operator changes statuses."""

from __future__ import annotations

import random
import time
from collections import Counter
from uuid import UUID

from tests.faults.fault import Background, Fault, Held, Rig, operator, short_pauses
from tests.faults.leads import journal_is_whole, make_leads
from tests.support import fetch, plain_connection, wait_for
from tui.gateway import Gateway
from tui.messages import WriteGoesOn, WriteWaiting, Written
from tui.writer import Outcome
from tui.writes import SetStatus

AHEAD = 5
"""Changes that the operator is ahead of the database."""
LEADS = 40


class Decisions:
    """An operator who sets the statuses of leads in turn, and what the application said of each."""

    def __init__(self, gateway: Gateway, leads: list[UUID]) -> None:
        self._gateway = gateway
        self._leads = leads
        self.sent: list[UUID] = []
        self.saved: list[UUID] = []
        self.refused: list[Outcome] = []
        self.waits = 0

    def next(self) -> None:
        """Set the next lead ready, or new again."""
        turn, place = divmod(len(self.sent), len(self._leads))
        old, new = ("new", "ready") if turn % 2 == 0 else ("ready", "new")
        write = SetStatus("lead", self._leads[place], "Lee", old, new)
        self.sent.append(write.change_id)
        self._gateway.writer.submit(write, self._answered)

    @property
    def open(self) -> int:
        """Changes whose fate the application has not told."""
        return len(self.sent) - len(self.saved) - len(self.refused)

    def _answered(self, outcome: Outcome) -> None:
        if isinstance(outcome, WriteWaiting):
            self.waits += 1
        elif isinstance(outcome, Written) and isinstance(outcome.write, SetStatus):
            self.saved.append(outcome.write.change_id)
        elif not isinstance(outcome, WriteGoesOn):
            self.refused.append(outcome)


def killed(rig: Rig) -> Held:
    """Kill the server at random moments; all changes are there once, in their order."""
    changes, kills = rig.times(2_000, 40), rig.times(200, 4)
    with rig.database() as url, short_pauses():
        leads = make_leads(url, LEADS)
        with operator(url) as anna:
            decisions = Decisions(anna, leads)
            done = _under_fire(rig, anna, decisions, changes, kills)
            rig.server.kill()
            waits = decisions.waits
            for _ in range(3):
                decisions.next()
            wait_for(lambda: decisions.waits > waits, "for a word on the lost server")
            given_up = anna.writer.close(patience=0.5)
            assert given_up == 3, f"{given_up} changes were told to be unsaved, not 3"
        rig.server.start()
        _there_once(url, decisions.saved)
        journal_is_whole(url)
    assert not decisions.refused, decisions.refused[:3]
    return Held(
        done + 1,
        f"{len(decisions.saved):,} changes were acknowledged, each is there once; "
        f"{decisions.waits:,} times one was shown as unsaved, at last the 3 that are not there",
    )


def _under_fire(rig: Rig, anna: Gateway, decisions: Decisions, changes: int, kills: int) -> int:
    """Let the operator work until both numbers are reached; return the number of kills."""
    chance = random.Random(7)
    done = 0

    def kill() -> None:
        nonlocal done
        time.sleep(chance.uniform(0.02, 0.4))
        if done == kills:
            return
        rig.server.kill()
        rig.server.start()
        done += 1

    with Background(kill):
        while len(decisions.saved) < changes or done < kills:
            if decisions.open < AHEAD:
                decisions.next()
            # In this order: what is saved meanwhile is answered before it is taken off.
            unsaved, unanswered = anna.writer.unsaved, decisions.open
            assert unsaved >= unanswered, f"{unsaved} shown as unsaved, {unanswered} are"
            time.sleep(0.001)
    wait_for(lambda: decisions.open == 0, "for the last changes", 30)
    return done


def _there_once(url: str, saved: list[UUID]) -> None:
    with plain_connection(url) as connection:
        found = Counter(row[0] for row in fetch(connection, "SELECT client_id FROM changes"))
    wrong = {change: found[change] for change in saved if found[change] != 1}
    assert not wrong, f"not there exactly once: {wrong}"
    assert len(found) == len(saved), f"{len(found)} in the journal, {len(saved)} acknowledged"


FAULTS = (Fault("kills", "the server is killed with -9 during changes of statuses", killed),)
