"""Text that anyone may have put into the database: harmless on every stream, whole in JSON."""

from __future__ import annotations

import json
import subprocess

import pytest
from rich.cells import cell_len

from db.demo.cast import HOSTILE_FIRST, HOSTILE_LAST
from tests.cli.conftest import Command, Sql
from tests.e2e.terminal import typescript
from tests.hostile import harmless

ADDRESS = "r.szabo@rheinwerk.example"
EVERYTHING = "".join(map(chr, [*range(1, 32), *range(127, 160), 0x200E, 0x202E, 0x2066, 0xFEFF]))


@pytest.mark.parametrize(
    "arguments",
    [
        ("lookup", ADDRESS),
        ("leads", "--limit", "1000"),
        ("show", ADDRESS),
        ("log", "--limit", "1"),
        ("lookup", ADDRESS, "--json"),
        ("leads", "--limit", "1000", "--json"),
        ("show", ADDRESS, "--json"),
        ("log", "--limit", "1", "--json"),
    ],
)
def test_no_control_of_the_data_reaches_stdout(
    demo: Command, sql: Sql, arguments: tuple[str, ...]
) -> None:
    sql(
        "UPDATE leads SET headline = %s, custom_data = to_jsonb(%s::text) WHERE email = %s",
        EVERYTHING,
        EVERYTHING,
        ADDRESS,
    )
    ended = demo(*arguments)
    assert ended.code == 0
    assert harmless(ended.out, lines=True)


def test_json_reads_back_exactly_what_is_stored(demo: Command, sql: Sql) -> None:
    sql("UPDATE leads SET title = %s WHERE email = %s", EVERYTHING, ADDRESS)
    shown = demo("show", ADDRESS, "--json").json
    assert (shown["first_name"], shown["last_name"]) == (HOSTILE_FIRST, HOSTILE_LAST)
    assert shown["title"] == EVERYTHING


def test_json_is_valid_on_a_terminal_that_is_not_utf_8(demo: Command) -> None:
    done = subprocess.run(
        demo.words("leads", "--json", "--limit", 1000),
        cwd=demo.folder,
        env=demo.environment | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    names = {lead["first_name"] for lead in json.loads(done.stdout.decode("ascii"))}
    assert {"健太", "Jürgen"} <= names


def test_an_error_that_repeats_an_argument_is_harmless(demo: Command) -> None:
    ended = demo("leads", "--campaign", "\x1b]0;owned\x07\u202e")
    assert ended.code == 1
    assert harmless(ended.err, lines=True)


def test_a_table_keeps_within_the_terminal(demo: Command) -> None:
    lines = on_terminal(demo, 80, "leads", "--limit", "50").splitlines()
    assert len(lines) >= 51
    assert max(cell_len(line) for line in lines) <= 80
    assert "DACH" in lines[1]


def test_ids_are_shown_where_there_is_room(demo: Command) -> None:
    assert "id" in on_terminal(demo, 160, "leads", "--limit", "1").splitlines()[0].split()


def test_csv_is_made_safe_on_a_terminal(demo: Command) -> None:
    shown = on_terminal(demo, 80, "export")
    assert HOSTILE_LAST not in shown
    assert harmless(shown, lines=True)
    assert "Albrecht Gusswerke" in shown


def on_terminal(command: Command, columns: int, *arguments: str) -> str:
    """What a command writes to a pseudo-terminal of so many columns."""
    code, written = typescript(
        command.words(*arguments), env=command.environment, cwd=command.folder, columns=columns
    )
    assert code == 0
    return written.decode().replace("\r\n", "\n")
