"""Settings: where they come from, which forms of a database are taken, and what is never shown."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from db.errors import ConfigurationError
from db.settings import SETTINGS, Settings, load, redact

SECRET = "c4n4ry"


def env_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / ".env"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_without_anything_the_embedded_database_is_used(tmp_path: Path) -> None:
    settings = load({}, tmp_path)
    assert settings == Settings()
    assert settings.embedded
    assert {source for _, _, source in settings.shown()} == {"default"}


def test_every_setting_has_a_field_and_its_default() -> None:
    defaults = {entry.name: entry.default for entry in dataclasses.fields(Settings)}
    assert {setting.field: setting.default for setting in SETTINGS} == {
        setting.field: "" if (value := defaults[setting.field]) is None else str(value)
        for setting in SETTINGS
    }


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    path = env_file(tmp_path, "CUSTOMER_CENTER_POOL_SIZE=7\nCUSTOMER_CENTER_ACTOR=filed\n")
    settings = load({"CUSTOMER_CENTER_ACTOR": "ada"}, tmp_path)
    assert (settings.actor, settings.pool_size) == ("ada", 7)
    assert settings.sources == {
        "CUSTOMER_CENTER_ACTOR": "environment",
        "CUSTOMER_CENTER_POOL_SIZE": str(path),
    }


def test_an_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    env_file(tmp_path, "CUSTOMER_CENTER_POOL_SIZE=7\n")
    settings = load({"CUSTOMER_CENTER_POOL_SIZE": "", "DATABASE_URL": ""}, tmp_path)
    assert (settings.pool_size, settings.embedded) == (7, True)


def test_a_dollar_in_the_env_file_is_no_variable(tmp_path: Path) -> None:
    env_file(tmp_path, "DATABASE_URL=postgresql://u:a${HOME}b@h/db\n")
    assert load({}, tmp_path).database_url == "postgresql://u:a${HOME}b@h/db"


def test_the_environment_of_the_process_and_its_folder_are_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file(tmp_path, "CUSTOMER_CENTER_POOL_SIZE=7\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CUSTOMER_CENTER_ACTOR", "ada")
    settings = load()
    assert (settings.actor, settings.pool_size) == ("ada", 7)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_an_env_file_that_others_can_read_gets_a_warning(tmp_path: Path, mode: int) -> None:
    path = env_file(tmp_path, "CUSTOMER_CENTER_ACTOR=ada\n", mode)
    settings = load({}, tmp_path)
    assert settings.warnings == (f"{path} can be read by others; close it with: chmod 600 {path}",)
    assert settings.actor == "ada"


def test_a_private_env_file_gets_no_warning(tmp_path: Path) -> None:
    env_file(tmp_path, "CUSTOMER_CENTER_ACTOR=ada\n")
    assert load({}, tmp_path).warnings == ()


def test_an_env_file_that_is_no_text_is_named_and_left(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"\xff\xfe\x00")
    path.chmod(0o600)
    assert [str(path) in warning for warning in load({}, tmp_path).warnings] == [True]


def test_an_env_folder_is_named_and_left(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    settings = load({}, tmp_path)
    assert settings == Settings(warnings=settings.warnings)


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("postgres://u:p@h/db", "postgresql://u:p@h/db"),
        ("postgresql://u:p@h:5433/db?sslmode=require", None),
        ("postgresql+psycopg2://u:p@h/db", "postgresql://u:p@h/db"),
        ("POSTGRESQL://h/db", "postgresql://h/db"),
        ("  postgresql://h/db\n", "postgresql://h/db"),
        ("postgresql://", None),
        ("postgresql:///db", None),
        ("postgresql://h", None),
        ("postgresql://u:p#w?d@h/db", None),
        ("postgresql://u:p%40%2F@h/db", None),
        ("postgresql://a:5432,b:5433/db?target_session_attrs=read-write", None),
        ("postgresql://u@[::1]:5432/db", None),
        ("postgresql://u@%2Fvar%2Frun/db", None),
        ("postgresql:///db?host=/var/run/postgresql&user=me@corp", None),
        ("postgresql://?service=prod", None),
        ("service=prod", None),
        ("host=/var/run/postgresql dbname=db", None),
        ("host = h password = 'a b' passfile=/x/.pgpass", None),
        (r"host=h password=a\ b dbname=''", None),
        ("host=h password=a://b", None),
        ("host=h sslmode=verify-full sslrootcert=system", None),
    ],
)
def test_libpq_forms_are_taken(tmp_path: Path, written: str, taken: str | None) -> None:
    settings = load({"DATABASE_URL": written}, tmp_path)
    assert settings.database_url == (taken or written)
    assert not settings.embedded


@pytest.mark.parametrize(
    "written",
    [
        f"mysql://u:{SECRET}@h/db",
        f"sqlite:///{SECRET}",
        SECRET,
        f"postgresql://u:x/{SECRET}@h/db",
        f"postgresql://u:x@{SECRET}@h/db",
        f"postgresql://u:x%zz{SECRET}@h/db",
        f"postgresql://u:x {SECRET}@h/db",
        f"postgresql://u:x@y/{SECRET}@h/db",
        f"postgresql://h/db?password=x&{SECRET}",
        f"host=h password=x {SECRET}",
        f"host=h password='x {SECRET}",
    ],
)
def test_another_form_is_refused_in_one_sentence_without_its_secrets(
    tmp_path: Path, written: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        load({"DATABASE_URL": written}, tmp_path)
    message = str(refused.value)
    assert message.startswith("DATABASE_URL (environment) ")
    assert message.endswith(".")
    assert "\n" not in message
    assert SECRET not in message


@pytest.mark.parametrize(
    "name", [setting.name for setting in SETTINGS if setting.default.isdecimal()]
)
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "5s", "many", "99999999999", "٣٣٣٣٣٣٣٣"])
def test_a_bad_number_is_refused_in_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    path = env_file(tmp_path, f"{name}={value}\n")
    with pytest.raises(ConfigurationError) as refused:
        load({}, tmp_path)
    assert str(refused.value).startswith(f"{name} ({path}) must be a whole number of ")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"postgresql://u:{SECRET}@h/db", "postgresql://u:***@h/db"),
        (f"postgresql://u:{SECRET}#?@h/db", "postgresql://u:***@h/db"),
        (f"postgresql://u:x@{SECRET}@h/db", "postgresql://u:***@h/db"),
        (f"postgresql://:{SECRET}@h/db", "postgresql://:***@h/db"),
        (f"postgresql://h/db?password={SECRET}&user=u", "postgresql://h/db?password=***&user=u"),
        (f"x?sslpassword={SECRET}", "x?sslpassword=***"),
        (f"host=h password={SECRET} user=u", "host=h password=*** user=u"),
        (f"password = 'x {SECRET}\\'' user=u", "password = *** user=u"),
        (rf"password=x\ {SECRET} user=u", "password=*** user=u"),
        (f"PassWord=x&{SECRET}'\"", "PassWord=***"),
        (f"could not open postgresql://u:{SECRET}@h/db today", None),
        ("postgresql://user@h/db?options=-c%20a:b", "postgresql://user@h/db?options=-c%20a:b"),
    ],
)
def test_passwords_are_left_out(text: str, shown: str | None) -> None:
    assert SECRET not in redact(text)
    assert shown in (None, redact(text))


def test_the_database_is_shown_without_its_password(tmp_path: Path) -> None:
    settings = load({"DATABASE_URL": f"postgres://u:{SECRET}@h/db"}, tmp_path)
    assert ("DATABASE_URL", "postgresql://u:***@h/db", "environment") in settings.shown()
    assert SECRET not in f"{settings!r} {settings} {list(settings.shown())}"


def test_the_suite_itself_runs_without_the_caller_s_settings() -> None:
    assert not [name for name in os.environ if name.startswith(("CUSTOMER_CENTER_", "PG"))]
    assert load() == Settings()
