"""The laws of the registry of keys: it is the one list that bindings, footer and help derive from."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

from tui import keymap, screens
from tui.actions import ACTIONS, SCOPES, TOGETHER, Action
from tui.app import CustomerCenter
from tui.keymap import actions
from tui.screens.base import AppScreen
from tui.screens.column_menu import ColumnsScreen
from tui.screens.documents import DocumentsScreen, SearchLine
from tui.screens.help import HelpScreen
from tui.screens.lookup import LookupScreen
from tui.screens.typing import TypingScreen
from tui.screens.undo import ConflictScreen
from tui.screens.views import ViewsScreen
from tui.widgets.filter_line import FilterInput
from tui.widgets.json_viewer import JsonViewer
from tui.widgets.row_table import RowTable
from tui.widgets.text_view import TextView, TextWindow

WIDGETS: dict[str, type[DOMNode]] = {"table": RowTable, "json": JsonViewer}
WINDOWS: dict[type[DOMNode], tuple[str, ...]] = {
    TextWindow: ("window",),
    TextView: ("text",),
    HelpScreen: ("help", "text"),
    SearchLine: ("search",),
    FilterInput: ("filter",),
    ViewsScreen: ("views",),
    ColumnsScreen: ("columns",),
    ConflictScreen: ("conflict",),
}


def every_screen() -> list[type[AppScreen[object]]]:
    """All screens that name the scopes of their keys."""
    for module in pkgutil.iter_modules(screens.__path__, f"{screens.__name__}."):
        importlib.import_module(module.name)

    def below(kind: Any) -> Iterator[Any]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    return sorted(
        {kind for kind in below(AppScreen) if kind.scopes}, key=lambda kind: kind.__name__
    )


SCREENS = every_screen()


def places() -> dict[str, tuple[str, ...]]:
    """Scopes whose keys work at the same time, by the name of the place."""
    found = {kind.__name__: (*kind.scopes, "everywhere") for kind in SCREENS}
    # Where letters are typed, the keys of the application rest.
    found |= {kind.__name__: kind.scopes for kind in SCREENS if issubclass(kind, TypingScreen)}
    found |= {kind.__name__: scopes for kind, scopes in WINDOWS.items()}
    found |= {
        "TextWindow": ("window", "text"),
        "LookupScreen": ("lookup", "table", "everywhere"),
        "LookupScreen, typing": ("question",),
    }
    return found


PLACES = places()


def test_ids_are_unique() -> None:
    assert [name for name, times in Counter(a.id for a in ACTIONS).items() if times > 1] == []


def test_an_id_begins_with_its_scope() -> None:
    for action in ACTIONS:
        prefix = "app" if action.scope == "everywhere" else action.scope
        assert re.fullmatch(rf"{prefix}\.[a-z][a-z_0-9]*", action.id), action.id


def test_every_scope_has_a_title_and_actions() -> None:
    assert {action.scope for action in ACTIONS} == set(SCOPES)


def test_every_scope_works_somewhere() -> None:
    assert {scope for scopes in PLACES.values() for scope in scopes} == set(SCOPES)


def test_the_table_of_places_is_that_of_the_screens() -> None:
    told, found = set(map(frozenset, TOGETHER)), set(map(frozenset, PLACES.values()))
    assert told <= found
    assert [place for place in found if not any(place <= scopes for scopes in told)] == []


def test_every_action_has_keys_and_a_description() -> None:
    for action in ACTIONS:
        assert action.keys, action.id
        assert action.description[:1].isupper(), action.id
        assert not action.description.endswith("."), action.id


@pytest.mark.parametrize("place", PLACES)
def test_no_two_actions_of_a_place_share_a_key(place: str) -> None:
    owners: dict[str, str] = {}
    for action in actions(*PLACES[place]):
        for key in action.keys:
            assert owners.setdefault(key, action.id) == action.id, f"{key} in {place}"


@pytest.mark.parametrize("place", PLACES)
def test_no_key_of_a_place_hides_a_chord(place: str) -> None:
    singles = {key for action in actions(*PLACES[place]) for key in action.single_keys}
    assert singles.isdisjoint(keymap.prefixes(*PLACES[place]))


def test_every_key_can_be_read() -> None:
    readable = re.compile(r"((ctrl|shift)\+)?\S|F\d{1,2}|[A-Z][a-z]+|PgUp|PgDn|\S\S")
    for action in ACTIONS:
        assert all(readable.fullmatch(keymap.shown(key)) for key in action.keys), action


@pytest.mark.parametrize("kind", [*SCREENS, *WINDOWS], ids=lambda kind: kind.__name__)
def test_every_action_exists_where_it_runs(kind: type[DOMNode]) -> None:
    for action in actions(*(WINDOWS.get(kind) or kind.scopes)):  # type: ignore[attr-defined]
        assert hasattr(_runs_on(action, kind), _method(action)), f"{action.id} on {kind.__name__}"


def test_every_action_of_the_application_exists() -> None:
    for action in actions("everywhere"):
        assert hasattr(CustomerCenter, _method(action)), action.id


@pytest.mark.parametrize(
    "kind",
    [CustomerCenter, *SCREENS, *WINDOWS, RowTable, JsonViewer],
    ids=lambda kind: kind.__name__,
)
def test_every_binding_is_one_of_the_registry(kind: type[DOMNode]) -> None:
    ids = {action.id for action in ACTIONS}
    for binding in vars(kind).get("BINDINGS", ()):
        assert isinstance(binding, Binding)
        assert binding.id in ids or ".chord." in str(binding.id), binding
        assert binding.description, binding
        assert binding.tooltip, binding


def test_every_action_is_bound_where_it_runs() -> None:
    for kind in SCREENS:
        bound = _bound(kind) | _bound(CustomerCenter)
        for action in actions(*kind.scopes):
            runs_on = WIDGETS.get(action.scope)
            assert not action.single_keys or action.id in (_bound(runs_on) if runs_on else bound), (
                f"{action.id} on {kind.__name__}"
            )


def test_keys_that_differ_by_their_number_are_one_entry() -> None:
    entries = keymap.entries("json")
    assert ("z1 … z9", "Unfold to level 1 … 9", "json.depth_1") in entries
    assert len(entries) == len(actions("json")) - 8


def test_the_table_of_keys_has_a_row_for_each_entry() -> None:
    rows = keymap.markdown().splitlines()[2:]
    assert len(rows) == sum(len(keymap.entries(scope)) for scope in SCOPES)
    assert "| Everywhere | `: ctrl+p` | Command palette: every action by name |" in rows
    assert {row.replace(keymap.BAR, "").count("|") for row in rows} == {4}
    assert any(f"`{keymap.BAR}`" in row for row in rows)


def test_the_look_up_names_its_places_apart() -> None:
    assert LookupScreen.scopes == ("question", "lookup", "table")


def _runs_on(action: Action, kind: type[DOMNode]) -> type[DOMNode]:
    if action.run.startswith("app."):
        return CustomerCenter
    if action.run.startswith("screen."):
        return DocumentsScreen
    return kind if kind in WINDOWS else WIDGETS.get(action.scope, kind)


def _method(action: Action) -> str:
    name = action.run.removeprefix("app.").removeprefix("screen.")
    return f"action_{name.partition('(')[0]}"


def _bound(kind: type[DOMNode]) -> set[str | None]:
    return {binding.id for _, binding in kind._merge_bindings()}
