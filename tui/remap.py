"""The actions in force: those of the table with the keys of the configuration, checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from db.errors import ConfigurationError
from tui.actions import ACTIONS, SCOPES, TOGETHER, Action
from tui.config import Config
from tui.config_problems import Problems
from tui.key_names import named, seldom_arrives
from tui.keymap import shown

_LEAVING: Final = ("leave", "cancel", "close", "back")
KEPT: Final = {
    **{
        action.id: f"without it no key leaves: {SCOPES[action.scope]}"
        for action in ACTIONS
        if action.id.partition(".")[2] in _LEAVING
    },
    "app.quit": "without it no key quits",
    "app.back": "without it no screen can be left",
}
"""The actions that must keep a key, each with the reason."""


@dataclass(frozen=True)
class Keys:
    """Actions with their keys, and sentences on keys that seldom arrive."""

    actions: tuple[Action, ...]
    warnings: tuple[str, ...]


def keys_of(config: Config) -> Keys:
    """Return the actions with the keys of a configuration.

    Raises ConfigurationError, with a sentence on each key that is wrong: file, line and key.
    """
    problems = Problems()
    changed = {name: _named(name, keys, config, problems) for name, keys in config.keymap.items()}
    actions = tuple(replace(action, keys=changed.get(action.id, action.keys)) for action in ACTIONS)
    for scopes in TOGETHER:
        _check_place([action for action in actions if action.scope in scopes], config, problems)
    problems.tell()
    warnings = tuple(_warnings(changed, config))
    return Keys(actions, warnings)


def _wrong(action_id: str, config: Config, what: str) -> ConfigurationError:
    key = f"keymap.{action_id}"
    return ConfigurationError(f"{config.origins[key]}: {key} {what}.")


def _named(
    action_id: str, keys: tuple[str, ...], config: Config, problems: Problems
) -> tuple[str, ...]:
    """Return the names of an action's keys, without those that are none."""
    known = [action.id for action in ACTIONS]
    found: dict[str, None] = {}
    if action_id not in known:
        from tui.config_file import nearest

        meant = nearest(action_id, known)
        problems.note(_wrong(action_id, config, f"is not the id of an action{meant}"))
    if not keys and action_id in KEPT:
        problems.note(_wrong(action_id, config, f"must keep a key: {KEPT[action_id]}"))
    for key in keys:
        try:
            found[named(key)] = None
        except ValueError as error:
            problems.note(_wrong(action_id, config, f"has {key!r}, which {error}"))
    return tuple(found)


def _check_place(actions: list[Action], config: Config, problems: Problems) -> None:
    """Note where a key of one place has two meanings, or begins the keys of another action."""
    owners: dict[str, Action] = {}
    for action in actions:
        for key in action.keys:
            other = owners.setdefault(key, action)
            if other is not action:
                problems.note(_clash(action, other, config, f"both have {shown(key)}"))
    hidden: set[str] = set()
    for action in actions:
        for first, second in action.chords:
            if first in owners and first not in hidden:
                hidden.add(first)
                why = f"{shown(first)} can't be a key where {shown(f'{first} {second}')} is one"
                problems.note(_clash(action, owners[first], config, why))


def _clash(action: Action, other: Action, config: Config, why: str) -> ConfigurationError:
    """Return the error of two actions that are in each other's way, at one that was changed."""
    if action.id not in config.keymap:
        action, other = other, action
    what = f"{other.id} ({SCOPES[other.scope]}: {other.description})"
    return _wrong(action.id, config, f"clashes with {what}: {why}")


def _warnings(changed: dict[str, tuple[str, ...]], config: Config) -> Iterator[str]:
    for action_id, keys in changed.items():
        if keys and all(map(seldom_arrives, keys)):
            yield (
                f"{config.origins[f'keymap.{action_id}']}: keymap.{action_id} has no other key than "
                f"{' '.join(map(shown, keys))}, which terminals or layouts often keep to themselves."
            )
