"""Themes. Colour is never the only sign: each status has a glyph and a word as well."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from db.errors import ConfigurationError
from tui.config import Config

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

# The sixteen colours that the terminal's own palette gives.
SIXTEEN: Final = replace(
    _ANSI,
    name="16-colour",
    accent="ansi_yellow",
    variables={
        **_ANSI.variables,
        "tone-open": "ansi_blue",
        "tone-busy": "ansi_cyan",
        "tone-good": "ansi_green",
        "tone-attention": "ansi_yellow",
        "tone-muted": "ansi_default",
        "tone-bad": "ansi_red",
        "tone-unknown": "ansi_magenta",
        "cursor": "ansi_default",
        "stripe": "ansi_default",
    },
)

# Every colour stands out from black by seven to one or more.
HIGH_CONTRAST: Final = Theme(
    name="high-contrast",
    primary="#8ab8ff",
    secondary="#5ce1ff",
    accent="#ffd800",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#101010",
    success="#5cff5c",
    warning="#ffd800",
    error="#ff9a9a",
    dark=True,
    variables={
        "tone-open": "#8ab8ff",
        "tone-busy": "#5ce1ff",
        "tone-good": "#5cff5c",
        "tone-attention": "#ffd800",
        "tone-muted": "#d0d0d0",
        "tone-bad": "#ff9a9a",
        "tone-unknown": "#f0a0ff",
        "text-muted": "#d0d0d0",
        "cursor": "#00307a",
        "stripe": "#000000",
    },
)

THEMES: Final = (DARK, LIGHT, HIGH_CONTRAST, SIXTEEN, NO_COLOUR)
CURSOR_BLEND: Final = 0.3
STRIPE_BLEND: Final = 0.03
TONES: Final = ("open", "busy", "good", "attention", "muted", "bad", "unknown")


def names() -> list[str]:
    """Return the names of all themes, ours first."""
    return [*(theme.name for theme in THEMES), *BUILTIN_THEMES]


def roles(theme: Theme) -> dict[str, str]:
    """Return the colours of our roles for a theme that does not name them: from its own colours."""
    base = (DARK if theme.dark else LIGHT).variables
    own = {
        "tone-open": theme.primary,
        "tone-busy": theme.secondary,
        "tone-good": theme.success,
        "tone-attention": theme.warning,
        "tone-bad": theme.error,
        "tone-unknown": theme.accent,
    }
    found = base | {role: colour for role, colour in own.items() if colour}
    if theme.ansi:
        return found | dict.fromkeys(("tone-muted", "cursor", "stripe"), "ansi_default")
    if theme.background:
        ground, primary = Color.parse(theme.background), Color.parse(theme.primary)
        found["cursor"] = ground.blend(primary, CURSOR_BLEND).hex
        found["stripe"] = ground.blend(primary, STRIPE_BLEND).hex
    return found


def check(config: Config) -> None:
    """Raise ConfigurationError where the theme of a configuration is not known."""
    if config.theme not in names():
        from tui.config_file import nearest

        meant = nearest(config.theme, names())
        raise ConfigurationError(
            f"{config.origins['theme']}: theme is {config.theme!r}, which is no theme{meant}."
        )
