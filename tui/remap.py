"""The actions in force: those of the table with the keys of the configuration, checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from db.errors import ConfigurationError
from tui.actions import ACTIONS, SCOPES, TOGETHER, Action
from tui.config import Config
from tui.key_names import named, seldom_arrives
from tui.keymap import shown

KEPT: Final = {
    "app.quit": "without it no key quits",
    "app.back": "without it no screen can be left",
}


@dataclass(frozen=True)
class Keys:
    """Actions with their keys, and sentences on keys that seldom arrive."""

    actions: tuple[Action, ...]
    warnings: tuple[str, ...]


def keys_of(config: Config) -> Keys:
    """Return the actions with the keys of a configuration.

    Raises ConfigurationError, whose text names file, line and key.
    """
    changed = {name: _named(name, keys, config) for name, keys in config.keymap.items()}
    actions = tuple(replace(action, keys=changed.get(action.id, action.keys)) for action in ACTIONS)
    for scopes in TOGETHER:
        _check_place([action for action in actions if action.scope in scopes], config)
    warnings = tuple(_warnings(changed, config))
    return Keys(actions, warnings)


def _wrong(action_id: str, config: Config, what: str) -> ConfigurationError:
    key = f"keymap.{action_id}"
    return ConfigurationError(f"{config.origins[key]}: {key} {what}.")


def _named(action_id: str, keys: tuple[str, ...], config: Config) -> tuple[str, ...]:
    known = [action.id for action in ACTIONS]
    if action_id not in known:
        from tui.config_file import nearest

        raise _wrong(action_id, config, f"is not the id of an action{nearest(action_id, known)}")
    if not keys and action_id in KEPT:
        raise _wrong(action_id, config, f"must keep a key: {KEPT[action_id]}")
    found = []
    for key in keys:
        try:
            found.append(named(key))
        except ValueError as error:
            raise _wrong(action_id, config, f"has {key!r}, which {error}") from None
    return tuple(dict.fromkeys(found))


def _check_place(actions: list[Action], config: Config) -> None:
    """Raise where a key of one place has two meanings, or begins the keys of another action."""
    owners: dict[str, Action] = {}
    for action in actions:
        for key in action.keys:
            other = owners.setdefault(key, action)
            if other is not action:
                raise _clash(action, other, config, f"both have {shown(key)}")
    for action in actions:
        for first, second in action.chords:
            if first in owners:
                raise _clash(
                    action,
                    owners[first],
                    config,
                    f"{shown(first)} can't be a key where {shown(f'{first} {second}')} is one",
                )


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
