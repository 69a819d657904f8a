"""Hearing of changes by anyone: LISTEN on a connection of its own, and looking into the journal.

What is announced is heard at once, but not all is: a writer that would have to wait for another
one's announcement makes none. So one looks as well: soon after something was heard, else now and
then, and only then where announcements do not arrive at all.
"""

from __future__ import annotations

import json
import select
import socket
import threading
from collections.abc import Callable, Set
from contextlib import closing
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg2

from db.errors import CustomerCenterError
from db.line import Line
from db.queries.news import KINDS, Announcement, Look, Place
from db.rows import ANYTHING, Touched, summed_up

CHANNEL: Final = "customer_center"
GAP: Final = 0.25
"""Seconds from one report to the next one, whatever is announced meanwhile."""
GAP_OF_SLOW_LINES: Final = 2.0
"""The same where what each report paints has to go over a slow line."""
TRY_EVERY: Final = 10.0
"""Seconds after which the listening line is tried again: a dead one says nothing."""
LOOK_BESIDES: Final = 1.0
"""Seconds from one look to the next one where changes are announced and nothing was heard."""
LOOK_EVERY: Final = 5.0
"""Seconds from one look to the next one where nothing is announced."""
ECHO_WITHIN: Final = 2.0
"""Seconds that an announcement of ours may take to come back; a pooler brings none."""
MARGIN: Final = 2.0
"""Seconds that a write may have been under way before it was committed."""
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 4.0
LONGEST_DEAF_PAUSE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Report:
    """What was touched, and whether changes are announced (or looked for now and then)."""

    live: bool
    touched: tuple[Touched, ...] = ()


class Deaf(Exception):
    """Announcements do not arrive on a connection, though it works."""


class Listener:
    """A thread that tells of what is written, at most every ``gap`` seconds.

    ``connect`` opens a connection; ``look`` and ``within`` block and answer as the functions of
    :mod:`db.queries.news`; ``tell`` is called in the thread. ``ours`` holds the server's process ids
    of the connections that this program writes on. What is shown was read after the time
    ``since``. There is never an open transaction on the listening connection.
    """

    def __init__(
        self,
        connect: Callable[[], Line],
        look: Callable[[Place | None], Look],
        within: Callable[[float], bool],
        tell: Callable[[Report], object],
        ours: Set[int],
        since: float,
        gap: float = GAP,
    ) -> None:
        self._connect = connect
        self._look = look
        self._within = within
        self._since: float | None = since
        self._tell = tell
        self._ours = ours
        self._gap = gap
        self._place: Place | None = None
        self._next_look = 0.0
        self._closing = threading.Event()
        self._bell, self._wake = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread.start()

    def close(self, patience: float = 2.0) -> None:
        """End the thread and close its connection."""
        self._closing.set()
        self._wake.send(b".")
        self._thread.join(patience)
        if not self._thread.is_alive():
            self._bell.close()
            self._wake.close()

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._closing.is_set():
            longest = LONGEST_PAUSE
            try:
                with closing(self._listening()) as connection:
                    pause = FIRST_PAUSE
                    self._tell(Report(True, self._missed()))
                    self._hear(connection)
            except Deaf:
                longest = LONGEST_DEAF_PAUSE
            except (psycopg2.Error, OSError):
                pass
            if self._closing.is_set():
                return
            self._tell(Report(False))
            self._look_for(pause)
            pause = min(2 * pause, longest)

    def _missed(self) -> tuple[Touched, ...]:
        """Return what may have happened unheard: anything, but for a start at which nothing did."""
        since, self._since, self._place = self._since, None, None
        self._next_look = monotonic() + self._gap
        try:
            self._place = self._look(None).place
            quiet = since is not None and not self._within(monotonic() - since + MARGIN)
        except CustomerCenterError:
            quiet = False
        return () if quiet else ANYTHING

    # Announcements

    def _listening(self) -> Line:
        """Return a connection on which announcements do arrive. Raises Deaf or psycopg2.Error."""
        connection = self._connect()
        try:
            if connection.pooled:
                raise Deaf  # and the server's process would go on listening for other programs
            connection.autocommit = True
            echo = f"{CHANNEL}_{uuid4().hex}"
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}; LISTEN {echo}")
            # From another connection: a pooler brings back at once what the same one sends itself.
            with closing(self._connect()) as other:
                other.autocommit = True
                with other.cursor() as cursor:
                    cursor.execute(f"NOTIFY {echo}")
            self._wait_for(connection, echo)
        except BaseException:
            connection.close()
            raise
        return connection

    def _wait_for(self, connection: Line, echo: str) -> None:
        end = monotonic() + ECHO_WITHIN
        while not any(notice.channel == echo for notice in connection.notifies):
            left = end - monotonic()
            if left <= 0 or self._closing.is_set():
                raise Deaf
            self._rest(left, connection)
            connection.poll()

    def _hear(self, connection: Line) -> None:
        known: list[Announcement] = []
        tried = monotonic()
        while not self._closing.is_set():
            if not connection.notifies:
                self._rest(max(0.0, self._next_look - monotonic()), connection)
            if monotonic() - tried > TRY_EVERY:
                tried = monotonic()
                with connection.cursor() as cursor:
                    cursor.execute(f"LISTEN {CHANNEL}")
            look = self._looked(LOOK_BESIDES)
            # After the look, for what it saw may have been announced just then.
            heard = self._heard(connection)
            known += heard
            touched = [announcement.touched for announcement in heard]
            if look is not None:
                touched += look.but(known)
                known.clear()
            if touched:
                self._next_look = monotonic() + self._gap
                self._tell(Report(True, summed_up(touched)))
                self._rest(self._gap)

    def _heard(self, connection: Line) -> list[Announcement]:
        connection.poll()
        told = (understood(n.payload, ours=n.pid in self._ours) for n in connection.notifies)
        heard = [announcement for announcement in told if announcement is not None]
        connection.notifies.clear()
        return heard

    def _rest(self, seconds: float | None, connection: Line | None = None) -> None:
        """Wait so long, or until the connection has something, or until this is closed."""
        awaited: list[Any] = [self._bell]
        if connection is not None:
            awaited.append(connection)
        select.select(awaited, [], [], seconds)

    # Looking

    def _look_for(self, seconds: float) -> None:
        """Look now and then for so many seconds, each time where the last one ended."""
        end = monotonic() + seconds
        while not self._closing.is_set():
            look = self._looked(LOOK_EVERY)
            if look is not None and (touched := look.but()):
                self._tell(Report(False, touched))
            if (now := monotonic()) >= end:
                return
            self._rest(max(0.0, min(end, self._next_look) - now))

    def _looked(self, pause: float) -> Look | None:
        """Look if it is time to, and again after the pause."""
        if monotonic() < self._next_look:
            return None
        self._next_look = monotonic() + pause
        try:
            look = self._look(self._place)
        except CustomerCenterError:
            return None  # The screen that reads tells why; the next look makes up for it.
        self._place = look.place
        return look


def understood(payload: str, *, ours: bool = False) -> Announcement | None:
    """Return what an announcement tells, None for one that is not of our triggers."""
    try:
        told = json.loads(payload)
        kind = KINDS[told["table"]]
        ids = None if told["ids"] is None else frozenset(map(UUID, told["ids"]))
        fields = None if told["fields"] is None else frozenset(told["fields"])
        came_or_went = told["op"] != "update"
        transaction = str(told["transaction"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    own = ids if ours and ids is not None else frozenset()
    return Announcement(transaction, Touched(kind, ids, fields, own, came_or_went))
