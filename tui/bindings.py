"""Textual's bindings, made from the registry of actions."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from tui.key_names import FUNCTION_KEYS
from tui.keymap import in_force, prefixes


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
        for action in in_force(to_bind=True)
        if action.scope in scopes and action.single_keys
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


def quit_bindings(run: str) -> list[BindingType]:
    """Return the bindings of those keys that quit where letters are typed."""
    (quits,) = (action for action in in_force(to_bind=True) if action.id == "app.quit")
    keys = [key for key in quits.single_keys if "+" in key or key in FUNCTION_KEYS]
    return [Binding(",".join(keys), run, quits.description, show=False)] if keys else []
