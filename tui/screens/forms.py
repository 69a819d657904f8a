"""Forms: the fields of a lead, an organization or a campaign, compared when they are saved."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from typing import Final, Self
from uuid import UUID

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from db.errors import CustomerCenterError
from db.fields import EDITABLE, REQUIRED
from db.rows import CampaignRow, Kind, LeadDetail, OrganizationDetail
from tui.bindings import bindings
from tui.editor import edit_text
from tui.safe import safe
from tui.screens.menus import ConfirmScreen
from tui.screens.typing import TypingScreen
from tui.widgets.field import Field, FieldSpec, Theirs
from tui.writes import AddCampaign, EditFields

Texts = Mapping[str, str | None]

LABELS: Final = {
    "email": "E-mail",
    "email_domain": "E-mail domain",
    "email_icebreaker": "Icebreaker",
    "estimated_num_employees": "Employees",
    "formatted_organization_name": "Name in e-mails",
    "linkedin_url": "LinkedIn",
    "raw_address": "Address",
    "website_url": "Website",
}
LONG: Final = frozenset({"description", "email_icebreaker", "raw_address"})


class FormScreen(TypingScreen[None]):
    """A form over all of the screen; the application's keys rest, for they are letters here."""

    scopes = ("form",)
    BINDINGS = bindings("form")
    kind: Kind
    problem = ""

    @abstractmethod
    def title_crumbs(self) -> tuple[str, ...]:
        """Return what is edited, as safe names."""

    @abstractmethod
    def make_fields(self) -> Iterable[Field]:
        """Make the fields of the form."""

    @abstractmethod
    def send(self, edited: list[Field]) -> None:
        """Hand what was typed over to be written."""

    def crumbs(self) -> tuple[str, ...]:
        return self.title_crumbs()

    def body(self) -> ComposeResult:
        with VerticalScroll(id="form", can_focus=False):
            yield Static(id="form-problem")
            yield from self.make_fields()

    def on_mount(self) -> None:
        problem = self.query_one("#form-problem", Static)
        problem.update(Content(f"✗ {safe(self.problem)}"))
        problem.display = bool(self.problem)
        conflicts = [field for field in self.fields if field.theirs is not None]
        (conflicts or self.fields)[0].input.focus()

    @property
    def fields(self) -> list[Field]:
        """The fields, in their order."""
        return list(self.query(Field))

    def focused_field(self) -> Field | None:
        """Return the field whose input has the focus."""
        return next((field for field in self.fields if field.input.has_focus), None)

    # Keys

    def action_save(self) -> None:
        """Check what was typed, send it on its way and close."""
        refused = [field for field in self.fields if not self._passes(field)]
        if refused:
            refused[0].input.focus()
            return
        edited = [field for field in self.fields if field.edited]
        self.dismiss()
        if edited:
            self.send(edited)
        else:
            self.host.say("Nothing was changed.")

    def action_cancel(self) -> None:
        """Leave, after a question where something was typed."""
        if any(field.edited for field in self.fields):
            self.app.push_screen(ConfirmScreen("Leave without saving what was typed?"), self._leave)
        else:
            self.dismiss()

    async def action_quit(self) -> None:
        """Leave the application, after a question where something was typed."""
        if any(field.edited for field in self.fields):
            self.app.push_screen(ConfirmScreen("Quit without saving what was typed?"), self._quit)
        else:
            await super().action_quit()

    def action_editor(self) -> None:
        """Open the focused field in $EDITOR."""
        field = self.focused_field()
        if field is None:
            return
        edited = edit_text(self.host, field.text or "")
        if edited is not None:
            field.load(edited if field.spec.long else edited.strip("\n"))

    def action_theirs(self) -> None:
        """Take the other writer's value into the focused field."""
        field = self.focused_field()
        if field is None or not field.take_theirs():
            self.host.say("Nobody else changed this field.")

    def action_replace(self) -> None:
        """Replace a value that can not be shown as it is."""
        field = self.focused_field()
        if field is not None:
            field.replace_whole()

    def _leave(self, yes: bool | None) -> None:
        if yes:
            self.dismiss()

    async def _quit(self, yes: bool | None) -> None:
        if yes:
            await super().action_quit()

    def _passes(self, field: Field) -> bool:
        sentence = refusal(field.spec, field.text) if field.edited or not field.text else ""
        if sentence or field.has_class("-refused"):
            field.problem(sentence)
        return not sentence


class EditScreen(FormScreen):
    """All editable fields of a row; only those that were changed are compared and written."""

    def __init__(
        self,
        kind: Kind,
        row_id: UUID,
        name: str,
        before: Texts,
        *,
        typed: Texts | None = None,
        theirs: Mapping[str, Theirs] | None = None,
        problem: str = "",
    ) -> None:
        super().__init__()
        self.kind = kind
        self.row_id = row_id
        self.row_name = name
        self.before = before
        self.typed = before if typed is None else typed
        self.theirs = theirs or {}
        self.problem = problem

    @classmethod
    def again(cls, write: EditFields, error: CustomerCenterError) -> Self:
        """Open the form of a refused edit with what was typed.

        A field that another writer changed shows that value and the one before both beside the typed
        one, and is compared with theirs when it is saved again.
        """
        theirs = {
            conflict.field: Theirs(conflict.theirs, write.before[conflict.field])
            for conflict in getattr(error, "conflicts", ())
        }
        return cls(
            write.kind,
            write.row_id,
            write.name,
            {**write.before, **{name: value.now for name, value in theirs.items()}},
            typed=write.after,
            theirs=theirs,
            problem=str(error),
        )

    def title_crumbs(self) -> tuple[str, ...]:
        return (f"Edit {self.kind}", safe(self.row_name))

    def make_fields(self) -> Iterable[Field]:
        for name in EDITABLE[self.kind]:
            if name in self.before:
                theirs = self.theirs.get(name)
                yield Field(spec(name), self.before[name], self.typed.get(name), theirs=theirs)

    def send(self, edited: list[Field]) -> None:
        self.host.write(
            EditFields(
                self.kind,
                self.row_id,
                self.row_name,
                {field.spec.name: field.before for field in self.fields},
                {field.spec.name: field.text for field in self.fields},
            )
        )


class CampaignForm(EditScreen):
    """The name and the description of a campaign; without a row, of a new one."""

    def __init__(
        self, row: CampaignRow | None = None, *, typed: Texts | None = None, problem: str = ""
    ) -> None:
        self.row = row
        before = dict.fromkeys(EDITABLE["campaign"]) if row is None else before_campaign(row)
        row_id, name = (row.id, row.name) if row else (UUID(int=0), "new")
        super().__init__("campaign", row_id, name, before, typed=typed, problem=problem)

    def title_crumbs(self) -> tuple[str, ...]:
        return ("New campaign",) if self.row is None else super().title_crumbs()

    def send(self, edited: list[Field]) -> None:
        if self.row is not None:
            super().send(edited)
            return
        texts = {field.spec.name: field.text for field in self.fields}
        self.host.write(AddCampaign(texts["name"] or "", texts["description"]))


def again(write: EditFields | AddCampaign, error: CustomerCenterError) -> FormScreen:
    """Open the form of a refused write with what was typed."""
    if isinstance(write, EditFields):
        return EditScreen.again(write, error)
    typed = {"name": write.name, "description": write.description}
    return CampaignForm(typed=typed, problem=str(error))


def spec(name: str) -> FieldSpec:
    """Return how a field of the database is edited."""
    label = LABELS.get(name) or name.replace("_", " ").capitalize()
    return FieldSpec(name, label, name in LONG, name in REQUIRED)


def refusal(field: FieldSpec, text: str | None) -> str:
    """Return why a text can not be saved, as a safe sentence; nothing where it may be sent."""
    from db.domains import normalize_email, normalize_host

    value = (text or "").strip()
    if not value:
        return f"{field.label} can not be empty." if field.required else ""
    if field.name == "email":
        try:
            normalize_email(value)
        except ValueError as error:
            return safe(str(error))
    if field.name == "email_domain" and normalize_host(value) is None:
        return "This is not a domain such as acme.com."
    if field.name == "estimated_num_employees":
        digits = value.translate(dict.fromkeys(map(ord, ", '")))
        if not digits.isdecimal():
            return "This must be a whole number, such as 120."
    return ""


def _texts(row: object, names: Iterable[str]) -> dict[str, str | None]:
    values = ((name, getattr(row, name)) for name in names)
    return {name: None if value is None else str(value) for name, value in values}


def before_lead(lead: LeadDetail) -> dict[str, str | None]:
    """Return the texts of a lead's editable fields."""
    return _texts(lead, EDITABLE["lead"])


def before_organization(organization: OrganizationDetail) -> dict[str, str | None]:
    """Return the texts of an organization's editable fields."""
    return _texts(organization, EDITABLE["organization"])


def before_campaign(campaign: CampaignRow) -> dict[str, str | None]:
    """Return the texts of a campaign's editable fields."""
    return _texts(campaign, EDITABLE["campaign"])
