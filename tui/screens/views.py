"""The saved views: to open, save, rename, delete and put in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Label, OptionList, Static
from textual.widgets.option_list import Option

from db.errors import CustomerCenterError
from db.rows import LeadScope
from tui.bindings import bindings
from tui.filtering import counter, saved_as
from tui.host import Host
from tui.keymap import first_keys, key_of
from tui.safe import clip, fit, safe
from tui.screens.menus import ConfirmScreen, KeyedMenu, PromptScreen, key_hints
from tui.views import LONGEST_NAME, View
from tui.widgets.inputs import paintable
from tui.widgets.view_tabs import ViewCounts

if TYPE_CHECKING:
    from tui.screens.filtered import FilteredLeads

NAME, FILTER, COUNT = 22, 32, 9


class ViewsScreen(KeyedMenu[View], ViewCounts):
    """The list of views; the answer is the one to open. ``leads`` is the list that can be saved."""

    BINDINGS = bindings("views")

    def __init__(self, host: Host, leads: FilteredLeads | None) -> None:
        super().__init__()
        self._host = host
        self._leads = leads

    def compose(self) -> ComposeResult:
        with Vertical(classes="menu"):
            yield Label(Content("Saved views"), classes="menu-title")
            yield OptionList()
            yield Static(classes="menu-hint", id="views-said")
            yield Static(self._hints(), classes="menu-hint")

    def _hints(self) -> Content:
        return key_hints(
            ("Enter", "opens"),
            (key_of("views.save") if self._leads is not None else "", "saves this list"),
            (key_of("views.rename"), "renames"),
            (key_of("views.delete"), "deletes"),
            (first_keys("views.move_down", "views.move_up"), "move"),
            (key_of("views.leave"), "leaves"),
        )

    def on_mount(self) -> None:
        self._paint(self._leads.view if self._leads is not None else "")
        self.query_one(OptionList).focus()
        scope = LeadScope()
        if self._leads is not None:
            scope = LeadScope(self._leads.asked.campaign_id, self._leads.asked.organization_id)
        self._count = counter(self._host.gateway, scope)
        self.count_views(self._host.views.all, self._count)

    # What is shown

    def _paint(self, name: str | None = None) -> None:
        """Show the views, with the cursor on the one of a name."""
        options = self.query_one(OptionList)
        at = options.highlighted or 0
        views = self._host.views.all
        options.clear_options()
        options.add_options(Option(self._line(n, view)) for n, view in enumerate(views, start=1))
        names = [view.name for view in views]
        place = names.index(name) if name in names else at
        options.highlighted = min(place, len(views) - 1) if views else None

    def _line(self, number: int, view: View) -> Content:
        key = f"'{number}" if number <= 9 else "  "
        count = self.counts.get(view.name, "…")
        text = view.filter or "all leads"
        if view.sort is not None:
            text += f"  {'↓' if view.sort.descending else '↑'} {view.sort.column}"
        return Content.assemble(
            (f"{key}  ", "dim"),
            fit(safe(view.name), NAME),
            "  ",
            (fit(safe(text), FILTER), "dim"),
            fit(safe(count), COUNT, "right"),
        )

    def view_counted(self, name: str) -> None:
        names = [view.name for view in self._host.views.all]
        if name in names:
            at = names.index(name)
            line = self._line(at + 1, self._host.views.all[at])
            self.query_one(OptionList).replace_option_prompt_at_index(at, line)

    def say(self, text: str) -> None:
        """Show a sentence below the views."""
        self.query_one("#views-said", Static).update(Content(clip(safe(text), 74)))

    # What can be done

    @property
    def view(self) -> View | None:
        """The view under the cursor."""
        at = self.query_one(OptionList).highlighted
        views = self._host.views.all
        return views[at] if at is not None and at < len(views) else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._host.views.all[event.option_index])

    def action_open_number(self, number: int) -> None:
        """Open the view of a number."""
        if number <= len(self._host.views.all):
            self.dismiss(self._host.views.all[number - 1])

    def action_save(self) -> None:
        """Save the list that is shown under a name."""
        if self._leads is not None:
            prompt = PromptScreen("Save this list as", "name of the view", self._leads.view)
            self.app.push_screen(prompt, self._named)

    def _named(self, typed: str | None) -> None:
        name = _name(typed)
        leads = self._leads
        if name is None or leads is None:
            return
        campaign = leads.asked.campaign_id

        def save(campaign_name: str) -> None:
            view = saved_as(name, leads.asked, leads.sort, leads.columns_chosen, campaign_name)

            def done() -> None:
                leads.view = name
                self.count_views(
                    tuple(each for each in self._host.views.all if each.name == name), self._count
                )
                self.say(f"{name} is saved: {view.filter or 'all leads'}")

            self._ask_to_replace(
                view.name, lambda: self._do(lambda: self._host.views.save(view), name, done)
            )

        if campaign is None:
            save("")
        else:
            self.read(lambda: self._host.gateway.campaign_name(campaign), save, group="name")

    def _ask_to_replace(self, name: str, go_on: Callable[[], None]) -> None:
        """Ask where another view has the name already."""
        other = self._host.views.named(name)
        if other is None:
            go_on()
            return

        def answered(yes: bool | None) -> None:
            if yes:
                go_on()

        self.app.push_screen(ConfirmScreen(f"Replace the view {safe(other.name)}?"), answered)

    def action_rename(self) -> None:
        """Give the view another name."""
        view = self.view
        if view is not None:
            prompt = PromptScreen(f"Rename {safe(view.name)} to", "name of the view", view.name)
            self.app.push_screen(prompt, lambda typed: self._renamed(view, _name(typed)))

    def _renamed(self, view: View, name: str | None) -> None:
        if name is None or name == view.name:
            return
        other = self._host.views.named(name)
        if other is not None and other.name != view.name:
            self.say(f"There is a view named {other.name} already.")
            return
        self.counts[name] = self.counts.get(view.name, "…")

        def done() -> None:
            if self._leads is not None and self._leads.view == view.name:
                self._leads.view = name

        self._do(lambda: self._host.views.rename(view.name, name), name, done)

    def action_delete(self) -> None:
        """Delete the view; the leads stay."""
        view = self.view
        if view is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._do(lambda: self._host.views.delete(view.name))

        question = f"Delete the view {safe(view.name)}? Its leads stay as they are."
        self.app.push_screen(ConfirmScreen(question), answered)

    def action_shift(self, by: int) -> None:
        """Move the view up or down, and with it its key."""
        view = self.view
        if view is not None:
            self._do(lambda: self._host.views.move(view.name, by), view.name)

    def _do(
        self,
        change: Callable[[], None],
        name: str | None = None,
        done: Callable[[], None] | None = None,
    ) -> None:
        """Change the views, and show them with the cursor on the one of a name."""
        self.say("")
        try:
            change()
        except CustomerCenterError as error:
            self.say(str(error))
            return
        self._paint(name)
        if done is not None:
            done()

    def read_failed(self, error: CustomerCenterError) -> None:
        self.say(str(error))


def _name(typed: str | None) -> str | None:
    """Return a name for a view as it was typed, None where nothing was."""
    name = " ".join(paintable(typed or "").split())[:LONGEST_NAME].strip()
    return name or None
