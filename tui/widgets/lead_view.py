"""A lead on one page: who it is, where it stands, what was written, what happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from db.rows import WHOLE_ROW, ChangeRow, LeadDetail, OrganizationDetail
from db.statuses import CAMPAIGN, LEAD, verification
from tui import format, links
from tui.keymap import hint
from tui.links import Link
from tui.safe import clip, fit, safe, safe_lines, wrap

LABEL: Final = 11
LONGEST: Final = 600
"""Characters of a value that are shown in the facts; the form has all of it."""
SIDE_BY_SIDE_FROM: Final = 70
SEVERITIES: Final = {
    "bad": ("✕", "$tone-bad"),
    "attention": ("!", "$tone-attention"),
    "note": ("·", "dim"),
}
Part = Content | str | tuple[str, str]
Fact = tuple[str, str | Link]


class LeadView(VerticalScroll, can_focus=False):
    """A lead, large; what is not known is left out or told as missing."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._paint: Callable[[int], Content] = lambda width: Content("")

    def compose(self) -> ComposeResult:
        yield Static(id="lead-text")

    def on_resize(self) -> None:
        self._update()

    def show_nothing(self) -> None:
        """Clear the view."""
        self.show_text(Content(""))

    def show_text(self, text: Content) -> None:
        """Show something else than a lead in its place."""
        self._paint = lambda width: text
        self._update()

    def show_problem(self, problem: str) -> None:
        """Say why there is no lead to be shown."""
        self.show_text(Content(f"{safe(problem)}\n\n{hint('app.refresh', 'tries again')}."))

    def show(
        self,
        lead: LeadDetail,
        changes: Sequence[ChangeRow] | None = None,
        *,
        absolute_times: bool = False,
        pending: str | None = None,
        holder: str | None = None,
    ) -> None:
        """Show a lead, with its journal where that is given; ``pending`` is a status on its way.

        ``holder`` is the safe name of another operator who is on it.
        """
        self._paint = lambda width: lead_content(
            lead, changes, width, absolute=absolute_times, pending=pending, holder=holder
        )
        self._update()

    def _update(self) -> None:
        width = self.scrollable_content_region.width
        if width > 0:
            self.query_one("#lead-text", Static).update(self._paint(width))


def lead_content(
    lead: LeadDetail,
    changes: Sequence[ChangeRow] | None,
    width: int,
    *,
    absolute: bool,
    pending: str | None = None,
    holder: str | None = None,
) -> Content:
    """Return all that there is to say of a lead, for a page of ``width`` cells."""
    blocks = [
        _head(lead, width, pending),
        *reasons_of(lead, width, holder),
        section("Icebreaker", [_icebreaker(lead.email_icebreaker)]),
        _two_parts(lead, width, absolute),
    ]
    if changes is not None:
        blocks.append(section("Activity", activity(changes, absolute=absolute)))
    return Content("\n\n").join(blocks)


def _two_parts(lead: LeadDetail, width: int, absolute: bool) -> Content:
    """The lead beside its organization, or above it on a narrow page."""
    if width < SIDE_BY_SIDE_FROM:
        return Content("\n\n").join(
            [
                section("Lead", facts(_lead_facts(lead, absolute), width)),
                section("Organization", facts(_organization_facts(lead.organization), width)),
            ]
        )
    half = (width - 3) // 2
    left = [_title("Lead"), *facts(_lead_facts(lead, absolute), half)]
    right = [_title("Organization"), *facts(_organization_facts(lead.organization), half)]
    lines = []
    for one, other in zip_longest(left, right, fillvalue=Content("")):
        padding = " " * (half + 3 - one.cell_length)
        lines.append(Content.assemble(one, padding, other))
    return Content("\n").join(lines)


def _head(lead: LeadDetail, width: int, pending: str | None) -> Content:
    status = LEAD.get(pending or lead.status)
    entry = verification(lead.email_verification_status)
    title = " · ".join(safe(part) for part in (lead.title, lead.organization.name) if part)
    state = Content.assemble(
        (format.status_text(status, pending=pending is not None), f"bold $tone-{status.tone}"),
        "   ",
        linked(links.mail(lead.email)),
    )
    checked = Content.styled(
        format.verification_text(lead.email_verification_status), f"$tone-{entry.tone}"
    )
    fits = state.cell_length + len("   ") + checked.cell_length <= width
    parts: list[Part] = [(safe(lead.name), "bold"), "\n", title, "\n"]
    parts += [state, "   " if fits else "\n", checked]
    if lead.headline and safe(lead.headline) != title:
        parts += ["\n", (safe(lead.headline), "dim")]
    return Content.assemble(*parts)


def reasons_of(lead: LeadDetail, width: int, holder: str | None) -> list[Content]:
    """Return why a lead deserves a look, as one block of lines; nothing where it needs none."""
    from db.reasons import Reason, reasons

    held = (Reason("attention", f"{holder} is on this lead now"),) if holder else ()
    lines = [
        Content.styled(f"{mark} {line}" if not at else f"  {line}", tone)
        for reason in (*held, *reasons(lead, format.clock()))
        for mark, tone in (SEVERITIES[reason.severity],)
        for at, line in enumerate(wrap(clip(reason.text, LONGEST), max(width - 2, 8)))
    ]
    return [Content("\n").join(lines)] if lines else []


def _lead_facts(lead: LeadDetail, absolute: bool) -> list[Fact]:
    campaign = CAMPAIGN.get(lead.campaign.status)
    moments = {
        "Sent": lead.email_sent_at,
        "Replied": lead.reply_received_at,
        "Contacted": lead.last_contacted_at,
        "Added": lead.created_at,
    }
    more = f"{format.size(lead.custom_bytes)} more" if lead.custom_bytes else ""
    further = ", ".join(filter(None, (more, hint("lead.json", "opens")))) if more else ""
    return [
        ("Campaign", f"{campaign.glyph} {safe(lead.campaign.name)}"),
        *(
            (name, format.ago(moment, absolute=absolute))
            for name, moment in moments.items()
            if moment
        ),
        ("Checked", safe(lead.email_verification_message or "")),
        ("LinkedIn", links.web(lead.linkedin_url)),
        ("Language", safe(lead.language or "")),
        ("Source", " ".join(safe(part) for part in (lead.source, lead.external_id) if part)),
        ("Imported", further),
    ]


def _organization_facts(organization: OrganizationDetail) -> list[Fact]:
    people = organization.estimated_num_employees
    return [
        ("Name", safe(organization.name)),
        ("Domain", safe(organization.email_domain)),
        ("Website", links.web(organization.website_url)),
        ("Country", safe(organization.country or "")),
        ("Size", format.plural(people, "employee") if people is not None else ""),
        ("Time zone", safe(organization.time_zone or "")),
        ("Documents", documents_line(organization)),
    ]


def documents_line(organization: OrganizationDetail) -> str:
    """Return which documents an organization has, with the key that opens them."""
    sizes = {
        "summary": organization.summary_bytes,
        "raw": organization.raw_bytes,
        "imported": organization.custom_bytes,
    }
    known = [f"{name} {format.size(size)}" for name, size in sizes.items() if size is not None]
    return ", ".join(known) + f"   {hint('lead.json', 'opens')}" if known else ""


def facts(rows: Sequence[Fact], width: int) -> list[Content]:
    """Return labelled lines, wrapped beside their labels; those without a value are left out."""
    lines = []
    for label, value in rows:
        link = value if isinstance(value, Link) else Link(value)
        text = link.shown if len(link.shown) <= LONGEST else link.shown[:LONGEST] + " …"
        for number, line in enumerate(wrap(text, max(width - LABEL, 8)) if text else []):
            start = (f"{'' if number else label:<{LABEL}}", "dim")
            lines.append(Content.assemble(start, linked(Link(line, link.target))))
    return lines


def linked(link: Link) -> Content:
    """Return the text of a link, which a terminal that knows hyperlinks opens."""
    return (
        Content.styled(link.shown, Style(link=link.target)) if link.target else Content(link.shown)
    )


def section(title: str, lines: Sequence[Content]) -> Content:
    """Return lines under a title."""
    return Content("\n").join([_title(title), *lines])


def _title(text: str) -> Content:
    return Content.styled(text, "bold $primary")


def _icebreaker(text: str | None) -> Content:
    if not text:
        return Content.styled(f"none yet   {hint('lead.icebreaker', 'writes one')}", "dim")
    return Content("\n".join(safe_lines(text)))


def activity(changes: Sequence[ChangeRow], *, absolute: bool) -> list[Content]:
    """Return journal entries as lines, newest first."""
    if not changes:
        return [Content.styled("no change yet", "dim")]
    from db.steps import reason_shown

    width = 17 if absolute else 9
    actors = max(cell_len(clip(change.actor, 20)) for change in changes)
    lines = []
    for change in changes:
        moment = format.ago(change.changed_at, absolute=absolute)
        reason = f"   ({safe(reason_shown(change.reason))})" if change.reason else ""
        lines.append(
            Content.assemble(
                (f"{moment:<{width}}", "dim"),
                f"{fit(change.actor, actors)}   ",
                f"{change_text(change)}",
                (reason, "dim"),
            )
        )
    return lines


def change_text(change: ChangeRow, limit: int = 80) -> str:
    """Return what a journal entry says changed, on one line."""
    if change.field == WHOLE_ROW:
        return "deleted" if change.new is None else "came back"
    if change.field == "import":
        return "imported a file"
    old = safe(change.old, limit=limit) if change.old else "–"
    new = safe(change.new, limit=limit) if change.new else "–"
    return f"{change.field}: {old} → {new}"
