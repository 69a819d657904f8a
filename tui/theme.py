"""Themes. Colour is never the only sign: each status has a glyph and a word as well."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

DARK: Final = Theme(
    name="customer-center",
    primary="#7aa2f7",
    secondary="#7dcfff",
    accent="#e0af68",
    foreground="#c8d0e0",
    background="#11151c",
    surface="#161b24",
    panel="#1e2530",
    success="#9ece6a",
    warning="#e0af68",
    error="#f7768e",
    dark=True,
    variables={
        "tone-open": "#7aa2f7",
        "tone-busy": "#7dcfff",
        "tone-good": "#9ece6a",
        "tone-attention": "#e0af68",
        "tone-muted": "#7d889c",
        "tone-bad": "#f7768e",
        "tone-unknown": "#bb9af7",
        "cursor": "#2a3a5c",
        "stripe": "#141921",
    },
)

LIGHT: Final = Theme(
    name="customer-center-light",
    primary="#2e5cb8",
    secondary="#1d7a99",
    accent="#96600a",
    foreground="#23272f",
    background="#fafafa",
    surface="#f1f3f6",
    panel="#e4e8ee",
    success="#3b7d1f",
    warning="#96600a",
    error="#b3293f",
    dark=False,
    variables={
        "tone-open": "#2e5cb8",
        "tone-busy": "#1d7a99",
        "tone-good": "#3b7d1f",
        "tone-attention": "#96600a",
        "tone-muted": "#6b7280",
        "tone-bad": "#b3293f",
        "tone-unknown": "#7a3fb0",
        "cursor": "#cfdcf5",
        "stripe": "#f4f5f7",
    },
)

# The terminal's own colours alone: bold and reverse carry what colours do elsewhere.
_ANSI: Final = BUILTIN_THEMES["ansi-dark"]
NO_COLOUR: Final = replace(
    _ANSI,
    name="no-colour",
    primary="ansi_default",
    secondary="ansi_default",
    accent="ansi_default",
    success="ansi_default",
    warning="ansi_default",
    error="ansi_default",
    variables={**_ANSI.variables, **dict.fromkeys(DARK.variables, "ansi_default")},
)

THEMES: Final = (DARK, LIGHT, NO_COLOUR)
TONES: Final = ("open", "busy", "good", "attention", "muted", "bad", "unknown")
