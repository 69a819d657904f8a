"""Which screen is which room, and the ways between them.

Screens and what they stand on are imported here, in functions, when they are first shown: the first
frame is painted before.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from textual.screen import Screen

from tui.keymap import key_of
from tui.safe import safe

if TYPE_CHECKING:
    from db.duplicates import DuplicateSearch
    from db.rows import CampaignRow, LeadRow, LeadScope
    from tui.actions import Action
    from tui.host import Host
    from tui.screens.base import AppScreen
    from tui.state import Whereabouts
    from tui.views import View


def quit_hint() -> str:
    """Return what is said where the key that leaves a screen has none to go back to."""
    return f"Press {key_of('app.back')} again to quit."


def campaigns_screen() -> Screen[None]:
    """All campaigns."""
    from tui.screens.campaigns import CampaignsScreen

    return CampaignsScreen()


def all_leads_screen() -> Screen[None]:
    """All leads."""
    from tui.screens.leads import LeadsScreen

    return LeadsScreen()


def organizations_screen() -> Screen[None]:
    """All organizations."""
    from tui.screens.organizations import OrganizationsScreen

    return OrganizationsScreen()


def journal_screen() -> Screen[None]:
    """The journal of all rows."""
    from tui.screens.history import HistoryScreen

    return HistoryScreen()


def suppressions_screen() -> Screen[None]:
    """The suppression list."""
    from tui.screens.suppressions import SuppressionsScreen

    return SuppressionsScreen()


MODES: Final[dict[str, str | Callable[[], Screen[Any]]]] = {
    "campaigns": campaigns_screen,
    "leads": all_leads_screen,
    "organizations": organizations_screen,
    "history": journal_screen,
    "suppressions": suppressions_screen,
}


REOPENED: Final = "reopened"
"""The mode of a list of leads as it was left, until the operator goes elsewhere."""


def reopen(app: Host, at: Whereabouts, title: str) -> None:
    """Show a list as it was left; ``title`` is the safe name of its scope."""
    from tui.screens.campaigns import CampaignsScreen
    from tui.screens.leads import LeadsScreen
    from tui.screens.organizations import OrganizationsScreen

    mode: str = at.room
    screen: Callable[[], Screen[Any]]
    match at.room:
        case "campaigns":
            screen = partial(CampaignsScreen, at)
        case "organizations":
            screen = partial(OrganizationsScreen, at)
        case "leads":
            screen = partial(LeadsScreen, at.scope, title, at)
            mode = REOPENED if title else mode
    if mode != REOPENED:
        app.remove_mode(mode)
    app.add_mode(mode, screen)
    app.switch_mode(mode)


def whereabouts(app: Host) -> Whereabouts | None:
    """Return the list where the operator is, below whatever was opened from it."""
    shown = filter(None, map(ours, reversed(app.screen_stack)))
    return next(filter(None, (screen.whereabouts() for screen in shown)), None)


def ours(screen: Screen[Any]) -> AppScreen[Any] | None:
    """Return a screen with our lines around it, None for those of Textual and the first frame."""
    from tui.screens.base import AppScreen

    return screen if isinstance(screen, AppScreen) else None


def painted(app: Host) -> list[AppScreen[Any]]:
    """Return the screens with our lines around them that are made, the one on top last."""
    found = map(ours, app.screen_stack)
    return [screen for screen in found if screen is not None and screen.is_mounted]


def page(app: Host) -> Screen[Any] | None:
    """Return the screen with our lines that is shown, below what is open as a window over it."""
    shown = filter(None, map(ours, reversed(app.screen_stack)))
    return next((screen for screen in shown if not screen.is_modal), None)


def welcome() -> Screen[None]:
    """The screen of a first start."""
    from tui.screens.welcome import WelcomeScreen

    return WelcomeScreen()


def help_screen(scopes: tuple[str, ...], refused: frozenset[str]) -> Screen[None]:
    """The keys of these scopes, those of ``refused`` actions dim."""
    from tui.screens.help import HelpScreen

    return HelpScreen(scopes, refused)


def lookup_screen() -> Screen[None]:
    """The look-up."""
    from tui.screens.lookup import LookupScreen

    return LookupScreen()


def import_screen() -> Screen[None]:
    """The import."""
    from tui.screens.import_file import ImportScreen

    return ImportScreen()


def lead_screen(lead_id: UUID) -> Screen[None]:
    """One lead."""
    from tui.screens.lead import LeadScreen

    return LeadScreen(lead_id)


def organization_screen(organization_id: UUID) -> Screen[None]:
    """One organization."""
    from tui.screens.organization import OrganizationScreen

    return OrganizationScreen(organization_id)


def history_screen(row_id: UUID, name: str, *, campaign: bool = False) -> Screen[None]:
    """The journal of one row, or of a campaign and its leads."""
    from tui.screens.history import HistoryScreen, Journal

    return HistoryScreen(Journal(row_id, campaign), name)


def chord_screen(
    prefix: str, choices: tuple[tuple[str, Action], ...], refused: frozenset[str]
) -> Screen[Action | None]:
    """The menu of a chord, ``refused`` actions dim."""
    from tui.screens.menus import ChordMenu

    return ChordMenu(prefix, choices, refused)


def status_menu(row: LeadRow | CampaignRow, seen: str) -> Screen[str | None]:
    """The menu of statuses for a row that is in status ``seen``."""
    from db.rows import LeadRow
    from tui.screens.menus import StatusMenu

    return StatusMenu("lead" if isinstance(row, LeadRow) else "campaign", row.name, seen)


def duplicates_screen(search: DuplicateSearch) -> Screen[None]:
    """Likely duplicates."""
    from tui.screens.duplicates import DuplicatesScreen

    return DuplicatesScreen(search)


def duplicates_from(screen: Screen[Any]) -> DuplicateSearch:
    """Return what a screen would look for duplicates of: all organizations, where it has none."""
    from db.duplicates import DuplicateSearch

    shown = ours(screen)
    found = shown.duplicate_search() if shown else None
    return found or DuplicateSearch("organization")


def leads_screen(scope: LeadScope, title: str) -> Screen[None]:
    """The leads of a scope."""
    from tui.screens.leads import LeadsScreen

    return LeadsScreen(scope, title)


def show_view(app: Host, view: View) -> None:
    """Show the leads of a saved view, in the list below what is shown or else in that of all."""
    from db.filters import FilterError
    from tui.filtering import roams
    from tui.screens.leads import LeadsScreen

    try:
        everywhere = roams(view)
    except FilterError as error:
        app.say(f"{safe(view.name)} is no view: {safe(str(error))}", "bad")
        return

    def takes(screen: Screen[Any]) -> bool:
        return isinstance(screen, LeadsScreen) and (screen.of_all or not everywhere)

    if not any(map(takes, app.screen_stack)):
        app.go("leads")
    while not takes(app.screen):
        app.pop_screen()
    assert isinstance(app.screen, LeadsScreen)
    app.screen.show_view(view)


def open_views(app: Host) -> None:
    """Show the saved views, of the list that is shown or else of all leads."""
    from tui.screens.leads import LeadsScreen
    from tui.screens.views import ViewsScreen

    shown = app.screen
    leads = shown if isinstance(shown, LeadsScreen) else None

    def chosen(view: View | None) -> None:
        if leads is not None:
            leads.views_changed()
        if view is not None:
            show_view(app, view)

    app.push_screen(ViewsScreen(app, leads), chosen)


def with_names_of_views(
    choices: tuple[tuple[str, Action], ...], views: tuple[View, ...]
) -> tuple[tuple[str, Action], ...]:
    """Return what may follow a key of a chord, the saved views by their names, those that are."""
    from dataclasses import replace

    named = {f"app.view_{number}": view for number, view in enumerate(views, start=1)}
    return tuple(
        (key, replace(action, description=safe(named[action.id].name)))
        if action.id in named
        else (key, action)
        for key, action in choices
        if action.id in named or not action.id.startswith("app.view_")
    )


def documents_screen(organization_id: UUID | None, lead_id: UUID | None, name: str) -> Screen[None]:
    """The JSON documents of an organization and a lead."""
    from tui.screens.documents import DocumentsScreen

    return DocumentsScreen(organization_id, lead_id, name)


def triage_scope(screen: Screen[Any]) -> tuple[LeadScope, str]:
    """Return the leads that triage on a screen is about, and their name."""
    from db.rows import LeadScope

    shown = ours(screen)
    return (LeadScope(), "") if shown is None else shown.triage_scope()


def triage_screen(begun: Screen[Any], scope: LeadScope, title: str) -> Screen[None]:
    """Triage of a scope, in the order of the screen where it is begun."""
    from db.rows import DEFAULT_LEAD_SORT
    from tui.screens.triage import TriageScreen

    shown = ours(begun)
    return TriageScreen(scope, title, shown.triage_sort() if shown else DEFAULT_LEAD_SORT)


def leave(app: Host) -> None:
    """Leave the screen on top; a list below it goes to the row that was shown."""
    left = ours(app.screen)
    row_id = left.back_at() if left else None
    app.pop_screen()
    shown = ours(app.screen)
    if shown is not None and row_id is not None:
        shown.go_back_to(row_id)
