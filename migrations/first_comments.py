"""The comments of the revision that brought them, as they were then; the newest are in db/comments.

What a revision wrote stays as it was, whatever the texts become later.
"""

from __future__ import annotations

from typing import Final

_MADE: Final = {
    "created_at": "When the row was made; set by the database and never changed.",
    "updated_at": "When anyone changed the row last; set by a trigger.",
    "row_version": "Raised by each update; an update that carries an older one is refused (40001).",
}

RELATIONS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "campaigns": (
        "A campaign: a set of leads that are written to for one purpose.",
        {
            "campaign_id": "Id, made by the database.",
            "name": "Name for people.",
            "description": "What the campaign is about.",
            "status": "draft, scheduled, active, paused, completed or archived.",
            **_MADE,
        },
    ),
    "organizations": (
        "A company or other organization at which leads work.",
        {
            "organization_id": "Id, made by the database.",
            "name": "Name as the source has it.",
            "email_domain": "Domain of its addresses, stored without scheme, path and www; not unique.",
            "external_id": "Its id in external_source; unique together with it.",
            "external_source": "The system that external_id is from.",
            "website_url": "URL of the website.",
            "linkedin_url": "URL of the LinkedIn page.",
            "estimated_num_employees": "Number of employees, estimated.",
            "website_summary_data": "Summary of the website as JSON, written by enrichment.",
            "website_raw_data": "The website's pages as JSON, as they were scraped.",
            "country": "Country, by name or ISO code.",
            "language": "Language that it is written to in.",
            "time_zone": "IANA name of the time zone, such as Europe/Berlin.",
            "source": "Where the row is from.",
            "formatted_organization_name": "Name as mails use it, without GmbH and the like.",
            "raw_address": "Postal address in one line.",
            **_MADE,
            "custom_data": "Anything else, as JSON.",
        },
    ),
    "leads": (
        "A person who may be written to, in one campaign; unique by campaign_id and email.",
        {
            "lead_id": "Id, made by the database.",
            "campaign_id": "The campaign.",
            "company_id": "The organization at which the person works.",
            "first_name": "First name.",
            "last_name": "Last name.",
            "email": "E-mail address, stored trimmed and in lower case.",
            "external_id": "Id of the person in the system that the lead is from.",
            "title": "Job title.",
            "headline": "Headline of the profile.",
            "linkedin_url": "URL of the LinkedIn profile.",
            "email_verification_status": "State of the address: NULL or unverified, pending, valid, "
            "catch_all, risky, unknown, invalid, disposable, role, spamtrap.",
            "email_verification_message": "What the verification said.",
            "email_icebreaker": "First sentence of the mail, written for this person.",
            "status": "new, enriching, ready, queued, sent, out_of_office, replied, interested, "
            "meeting_booked, not_now, wrong_person, no_response, not_interested, lost, won, "
            "disqualified, invalid, bounced, unsubscribed or do_not_contact; the last two are left "
            "only with customer_center.reason set.",
            "language": "Language that the person is written to in.",
            "source": "Where the row is from.",
            "email_sent_at": "When the first mail was sent.",
            "reply_received_at": "When the last reply arrived.",
            "last_contacted_at": "When the person was contacted last.",
            **_MADE,
            "custom_data": "Anything else, as JSON.",
            "snoozed_until": "Not to be shown or sent before; a reply ends it.",
        },
    ),
    "changes": (
        "The journal, written by triggers alone: who changed which field of which row, and when.",
        {
            "change_id": "Number of the entry, rising.",
            "changed_at": "When the transaction began.",
            "table_name": "Table of the row.",
            "row_id": "Id of the row; NULL for an import.",
            "field": "Column that changed; * for a deleted row, import for a batch.",
            "old_value": "Value before, as text; documents over 8,000 bytes by size and checksum.",
            "new_value": "Value after, as text; documents over 8,000 bytes by size and checksum.",
            "actor": "Setting customer_center.actor, else application_name, else the role.",
            "batch_id": "Import or other batch that the change belongs to.",
            "client_id": "Id made by the writer, by which a lost commit is recognised.",
            "reason": "Setting customer_center.reason of the transaction.",
            "transaction_id": "Transaction; read by snapshot, so that none in flight is missed.",
        },
    ),
    "suppressions": (
        "E-mail addresses and domains that nobody may write to.",
        {
            "suppression_id": "Id, made by the database.",
            "kind": "email or domain; told from the value where it is empty.",
            "value": "The address, or the domain with all that is below it; unique.",
            "reason": "Why.",
            "source": "Where the entry is from.",
            "expires_at": "When it ends; NULL for never.",
            "created_at": "When the entry was made.",
            "created_by": "Who made it.",
        },
    ),
    "lead_leases": (
        "Leads that workers have claimed by claim_leads, and until when.",
        {
            "lead_id": "The lead.",
            "worker": "Name that the worker gave.",
            "status": "Status in which it was claimed; the lease counts while the lead has it.",
            "leased_until": "When the claim ends.",
        },
    ),
    "imports": (
        "Imports of files: what was asked, how far each got, and what became of it.",
        {
            "batch_id": "Id of the batch, by which import-undo knows it.",
            "digest": "Of the file and of all that decides where its rows go.",
            "file_name": "Name of the file.",
            "actor": "Who imported it.",
            "campaign_id": "The campaign that its leads went to.",
            "campaign_made": "Whether the import made that campaign.",
            "rows_done": "Rows of the file that are done; a resumed import goes on after them.",
            "report": "What was counted so far.",
            "refused": "Numbers of rows whose keys disagreed, with the reason.",
            "started_at": "When it began.",
            "finished_at": "When it ended; NULL where it was interrupted.",
            "undone_at": "When it was taken back.",
        },
    ),
    "import_rows": (
        "Ids of the rows that an import made.",
        {
            "batch_id": "The import.",
            "slice": "Number of the statement that made them.",
            "table_name": "Their table.",
            "row_ids": "Their ids.",
        },
    ),
    "leads_to_verify": ("New leads whose address nobody verified, suppressed ones left out.", {}),
    "leads_to_enrich": ("New leads with a valid address and no icebreaker yet.", {}),
    "leads_ready": (
        "Leads to send to now: ready, address valid, campaign active, not snoozed, not suppressed.",
        {},
    ),
}

FUNCTIONS: Final = {
    "find_or_create_organization(text, text, text, text, text)": "Returns the id of the oldest "
    "organization with this domain (any form, or an address); makes it where there is none.",
    "claim_leads(text, text, int, interval, uuid)": "Claims up to how_many leads in a status for a "
    "worker, oldest first; nobody else gets them while the lease lasts and the status stays. Of ready "
    "leads only those that may be sent to.",
    "record_sent_mail(uuid, timestamptz)": "A mail is out: ready and queued leads become sent, first "
    "and last contact are kept. Returns the lead.",
    "record_reply(uuid, timestamptz, text)": "A reply came: its time is kept, and the lead becomes "
    "replied or what the reply was judged as. Returns the lead.",
}
