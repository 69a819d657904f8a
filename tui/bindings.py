"""Textual's bindings, made from the registry of actions."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from tui.keymap import actions, prefixes


def bindings(*scopes: str) -> list[BindingType]:
    """Return the bindings of these scopes; the first key of a chord opens the menu of its chords."""
    singles: list[BindingType] = [
        Binding(
            ",".join(action.single_keys),
            action.run,
            action.description,
            id=action.id,
            tooltip=action.description,
            show=False,
        )
        for action in actions(*scopes)
        if action.single_keys
    ]
    chords = [
        Binding(
            prefix,
            f"app.chord('{prefix}')",
            f"{prefix} …",
            id=f"{scopes[0]}.chord.{prefix}",
            tooltip=f"Keys that begin with {prefix}",
            show=False,
        )
        for prefix in prefixes(*scopes)
    ]
    return singles + chords
