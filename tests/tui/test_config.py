"""``config.toml``: good and broken samples, and what is said of them."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from textual.color import Color
from textual.keys import _character_to_key
from textual.theme import BUILTIN_THEMES

from db.errors import ConfigurationError
from db.settings import Settings
from db.statuses import LEAD
from tests.cli.conftest import Command
from tests.zygote import Zygote
from tui.actions import ACTIONS
from tui.chosen import ChosenTheme
from tui.commands.session import check_keys, check_theme
from tui.config import Config, Environment, described, shown
from tui.config_loading import load
from tui.key_names import named, painted
from tui.lead_columns import COLUMNS
from tui.permissions import Permissions
from tui.remap import keys_of
from tui.screens.column_menu import available
from tui.theme import DARK, HIGH_CONTRAST, TONES, names, roles

SAMPLES = Path(__file__).parents[1] / "data" / "config"
GOOD = sorted((SAMPLES / "good").glob("*.toml"))
BAD = sorted((SAMPLES / "bad").glob("*.toml"))


def whole(path: Path) -> Config:
    """Read a file and check all of it, as a start does."""
    return load(Settings(config=str(path)), check_theme, check_keys)


def keys(config: Config) -> dict[str, tuple[str, ...]]:
    """Return the keys of each action."""
    return {action.id: action.keys for action in keys_of(config).actions}


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_file_is_taken(path: Path) -> None:
    whole(path)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_broken_file_is_told_by_file_line_and_key(path: Path) -> None:
    """The first line of each sample says which line is wrong, and what is said of it."""
    expected = re.fullmatch(r"# (\d+) (.*)", path.read_text().splitlines()[0])
    assert expected is not None
    with pytest.raises(ConfigurationError) as refused:
        whole(path)
    said = str(refused.value)
    assert said == f"{path}:{expected[1]}: {expected[2]}"
    assert "\n" not in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"theme = '\xff'", "is not text in UTF-8."),
        (b"[" * 100_000, "this is not TOML"),
        (b"x = " + b"[" * 100_000, "is nested too deeply."),
    ],
)
def test_a_file_that_is_no_configuration_at_all(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=re.escape(said)) as refused:
        whole(path)
    assert str(path) in str(refused.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="can't be read: Is a directory"):
        load(Settings(config=str(tmp_path)))


def test_without_a_file_all_is_as_it_comes() -> None:
    assert load(Settings()) == Config()
    assert keys(Config()) == {action.id: action.keys for action in ACTIONS}


def test_the_file_lies_in_the_user_s_configuration_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "customer-center").mkdir()
    (tmp_path / "customer-center" / "config.toml").write_text('theme = "nord"\n')
    assert load(Settings()).theme == "nord"


def test_a_named_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="CUSTOMER_CENTER_CONFIG names a file that is not"):
        load(Settings(config=str(tmp_path / "none.toml")))


def test_all_that_a_file_may_say() -> None:
    path = SAMPLES / "good" / "full.toml"
    config = whole(path)
    assert config.theme == "nord"
    assert config.quick_statuses == ("new", "ready", "do_not_contact")
    assert config.low_bandwidth
    assert config.read_only
    assert config.environment("leads_prod@db.example") == Environment("*prod*", "PRODUCTION", "bad")
    assert config.environment("Leads@127.0.0.1") == Environment("*@127.0.0.1", "local", "good")
    assert config.environment("other") == Environment("*", "*", "bad")
    chosen = keys(config)
    assert chosen["app.quit"] == ("ctrl+q", "Q")
    assert chosen["app.lookup"] == ("O", "M o")
    assert chosen["app.help"] == ("section_sign",)
    assert chosen["leads.search"] == ("alt+slash",) == chosen["organizations.search"]
    assert chosen["triage.bad"] == ()
    assert chosen["leads.sort"] == ("S",)
    assert config.origins["keymap.leads.edit"] == f"{path}:13"


def test_tables_and_dotted_keys_are_the_same() -> None:
    path = SAMPLES / "good" / "tables.toml"
    config = whole(path)
    assert config.keymap == {"leads.edit": ("f4",), "app.history": ("g j",)}
    assert config.origins["keymap.app.history"] == f"{path}:6"
    assert config.environments == (Environment("*prod*", "PRODUCTION", "bad"),)


def test_the_environment_stands_above_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("read_only = true\n")
    assert load(Settings(config=str(path))).read_only
    config = load(Settings(config=str(path), read_only=False, low_bandwidth=True))
    assert not config.read_only
    assert config.low_bandwidth
    assert config.origins["read_only"] == "environment"


def test_a_key_that_seldom_arrives_is_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keymap]\nleads.edit = "ctrl+z"\nleads.sort = ["ctrl+b", "S"]\n')
    assert keys_of(whole(path)).warnings == (
        f"{path}:2: keymap.leads.edit has no other key than ctrl+z, "
        "which terminals or layouts often keep to themselves.",
    )


def test_in_read_only_mode_no_key_writes() -> None:
    refused = Permissions(read_only=True).refused
    assert {"leads.status", "triage.accept", "lead.edit", "app.undo", "app.import"} <= refused
    assert "leads.sort" not in refused


def test_every_key_of_the_registry_has_its_name() -> None:
    for action in ACTIONS:
        for key in action.keys:
            assert named(key) == key


@pytest.mark.parametrize("char", string.punctuation)
def test_a_sign_is_named_as_textual_does(char: str) -> None:
    assert named(char) == _character_to_key(char)
    assert painted(named(char)) == char


@pytest.mark.parametrize("char", "aZ9äßЖ§€°")
def test_a_character_of_other_layouts_is_named_as_textual_does(char: str) -> None:
    assert named(char) == _character_to_key(char)
    assert painted(named(char)) == char


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *(("Esc", "escape"), ("esc", "escape"), ("F4", "f4"), ("PgDn", "pagedown"), ("↓", "down")),
        *(
            ("Return", "enter"),
            ("ctrl+PageUp", "ctrl+pageup"),
            ("g  G", "g G"),
            ("alt+?", "alt+question_mark"),
        ),
    ],
)
def test_a_key_may_be_written_as_it_is_painted(written: str, name: str) -> None:
    assert named(written) == name


@pytest.mark.parametrize("key", ["", "a+", "ctrl+", "\t", "\x1b", "f0", "f25", "ctrl+ctrl+a"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        named(key or " ")


def test_the_statuses_of_the_default_keys_are_in_the_vocabulary() -> None:
    assert set(Config().quick_statuses) <= set(LEAD.values())


def test_columns_have_ids_and_widths(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('columns = ["status", "company: 30", "email"]\n')
    config = whole(path)
    assert config.columns == (("status", 0), ("company", 30), ("email", 0))
    (told,) = (setting.value for setting in shown(config) if setting.name == "columns")
    assert told == "status, company:30, email"


def test_every_column_of_the_vocabulary_can_be_shown() -> None:
    columns = available(lambda row: "", lambda row: "", absolute_times=False)
    assert tuple(columns) == COLUMNS


def test_every_setting_has_a_meaning_and_a_row() -> None:
    names_of_rows = [name for name, _, meaning in described() if meaning]
    assert names_of_rows == [name for name in Config.__dataclass_fields__ if name != "origins"]
    assert {setting.source for setting in shown(Config())} == {"default"}


# Themes


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, from 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in Color.parse(colour).normalized
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_textual_s_themes_and_ours_can_be_chosen() -> None:
    assert {"customer-center", "no-colour", "16-colour", "high-contrast", "nord"} <= set(names())


@pytest.mark.parametrize("name", BUILTIN_THEMES)
def test_every_theme_has_our_roles(name: str) -> None:
    found = roles(BUILTIN_THEMES[name])
    assert set(found) == set(DARK.variables)


@pytest.mark.parametrize("tone", TONES)
def test_a_tone_of_the_high_contrast_theme_stands_out(tone: str) -> None:
    colour = HIGH_CONTRAST.variables[f"tone-{tone}"]
    assert contrast(colour, str(HIGH_CONTRAST.background)) >= 7
    assert contrast(colour, str(HIGH_CONTRAST.panel)) >= 7
    assert contrast(colour, HIGH_CONTRAST.variables["cursor"]) >= 4.5


def test_a_chosen_theme_holds_until_the_file_names_another(tmp_path: Path) -> None:
    path = tmp_path / "state" / "theme.json"
    assert ChosenTheme(path, "nord").read() == ""
    ChosenTheme(path, "nord").write("dracula")
    assert ChosenTheme(path, "nord").read() == "dracula"
    assert ChosenTheme(path, "gruvbox").read() == ""
    path.write_text("[1]")
    assert ChosenTheme(path, "nord").read() == ""


# The command line


@pytest.fixture
def bare(tmp_path: Path, starter: Zygote) -> Command:
    """The command, with a folder of its own."""
    return Command(tmp_path, starter)


@pytest.mark.parametrize(
    "arguments", [("config",), ("config", "--json"), ("keys",), ("lookup", "x"), ("leads",)]
)
def test_a_broken_file_is_exit_2_for_every_command(bare: Command, arguments: tuple[str]) -> None:
    path = SAMPLES / "bad" / "syntax.toml"
    ended = bare(*arguments, CUSTOMER_CENTER_CONFIG=str(path))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"customer-center: {path}:2: this is not TOML at theme: Invalid value.\n"


EVERYTHING_WRONG = """\
theme = "nrod"
quick_statuses = ["raedy", "new", "new"]
colour = "red"
columns = ["nmae", "email:9999"]
read_only = "yes"
[keymap]
leads.edti = "e"
leads.sort = "e"
triage.skip = ["shift+", "o"]
app.quit = []
[environments."*prod*"]
label = ""
colour = "crimson"
"""


def test_all_that_is_wrong_is_told_in_one_go(bare: Command) -> None:
    """By line: each sentence names the one it is about, and no mistake is told twice."""
    path = bare.folder / "config.toml"
    path.write_text(EVERYTHING_WRONG)
    ended = bare("config", CUSTOMER_CENTER_CONFIG=str(path))
    assert (ended.code, ended.out) == (2, "")
    told = [line.removeprefix(f"customer-center: {path}:") for line in ended.err.splitlines()]
    assert sorted(int(sentence.partition(":")[0]) for sentence in told) == (
        [1, 2, 2, 3, 4, 4, 5, 7, 8, 9, 9, 10, 12, 13]
    )
    assert "8: keymap.leads.sort clashes with leads.edit (Leads: " in ended.err.replace(
        str(path), ""
    )


@pytest.mark.parametrize("sample", ["theme_unknown", "clash", "lost_quit"])
def test_config_says_what_stops_the_application(bare: Command, sample: str) -> None:
    path = SAMPLES / "bad" / f"{sample}.toml"
    ended = bare("config", CUSTOMER_CENTER_CONFIG=str(path))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"customer-center: {path}:")
    assert ended.err.count("\n") == 1


def test_config_shows_the_file_s_settings_with_their_lines(bare: Command) -> None:
    path = SAMPLES / "good" / "full.toml"
    listed = bare("config", "--json", CUSTOMER_CENTER_CONFIG=str(path)).json
    by_name = {setting["name"]: (setting["value"], setting["source"]) for setting in listed}
    assert by_name["theme"] == ("nord", f"{path}:2")
    assert by_name["read_only"] == ("yes", f"{path}:6")
    assert by_name["keymap.leads.edit"] == ("i, f4", f"{path}:13")
    assert by_name["config.toml"] == (str(path), "read")


def test_keys_lists_the_changed_keys(bare: Command) -> None:
    path = SAMPLES / "good" / "full.toml"
    listed = bare("keys", "--json", CUSTOMER_CENTER_CONFIG=str(path)).json
    by_id = {action["id"]: action for action in listed}
    assert by_id["leads.edit"]["shown"] == "i F4"
    assert by_id["app.help"]["keys"] == ["section_sign"]
