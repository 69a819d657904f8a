"""What is awkward in a workflow's nodes, as functions and views in SQL.

They are called by the role of the workflow and need no rights of their own. Names are not
qualified, so that the tables may live in any schema of the search path.
"""

from __future__ import annotations

# Of both: the one place that says from which leads a mail may go out.
MAY_BE_SENT = """
CREATE FUNCTION customer_center_may_be_sent(
    status text, verification text, snoozed_until timestamptz, campaign_status text, email text
) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT status = 'ready' AND verification = 'valid'
       AND (snoozed_until IS NULL OR snoozed_until <= now())
       AND campaign_status IN ('active', 'running')
       AND NOT customer_center_suppressed(email)
$$"""

COLUMNS = """l.lead_id, l.campaign_id, c.name AS campaign_name, l.company_id,
       o.name AS organization_name, o.email_domain, l.email, l.first_name, l.last_name, l.title,
       l.language, coalesce(o.time_zone, '') AS time_zone, l.email_icebreaker,
       l.email_verification_status, l.status, l.created_at, l.row_version"""
JOINED = """FROM leads l
  JOIN campaigns c ON c.campaign_id = l.campaign_id
  JOIN organizations o ON o.organization_id = l.company_id"""

VIEWS = {
    "leads_to_verify": """l.status IN ('new', 'enriching')
   AND coalesce(l.email_verification_status, 'unverified') IN ('unverified', 'pending')
   AND NOT customer_center_suppressed(l.email)""",
    "leads_to_enrich": """l.status IN ('new', 'enriching') AND l.email_verification_status = 'valid'
   AND l.email_icebreaker IS NULL AND NOT customer_center_suppressed(l.email)""",
    "leads_ready": """customer_center_may_be_sent(l.status, l.email_verification_status,
                                   l.snoozed_until, c.status, l.email)
   AND l.status = 'ready'""",
}

FIND_OR_CREATE_ORGANIZATION = """
CREATE FUNCTION find_or_create_organization(
    domain text, name text DEFAULT NULL, website_url text DEFAULT NULL, country text DEFAULT NULL,
    source text DEFAULT NULL
) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    normal text := customer_center_domain(domain);
    found uuid;
BEGIN
    IF normal IS NULL OR normal !~ '^[a-z0-9_-]+([.][a-z0-9_-]+)+$' THEN
        RAISE EXCEPTION 'domain: % is none; one such as acme.com is expected',
            coalesce(quote_literal(left(domain, 100)), 'NULL')
            USING ERRCODE = 'check_violation', COLUMN = 'email_domain', TABLE = 'organizations';
    END IF;
    -- Domains are not unique: without the lock two workflows would make the same one twice.
    PERFORM pg_advisory_xact_lock(hashtextextended('customer_center.organization ' || normal, 0));
    SELECT o.organization_id INTO found FROM organizations o
     WHERE o.email_domain = normal ORDER BY o.created_at, o.organization_id LIMIT 1;
    IF found IS NULL THEN
        INSERT INTO organizations (name, email_domain, website_url, country, source)
        VALUES (coalesce(nullif(btrim(find_or_create_organization.name), ''), normal), normal,
                find_or_create_organization.website_url, find_or_create_organization.country,
                find_or_create_organization.source)
        RETURNING organization_id INTO found;
    END IF;
    RETURN found;
END
$$"""

CLAIM_LEADS = """
CREATE FUNCTION claim_leads(
    worker text, status text, how_many int DEFAULT 1, lease interval DEFAULT '10 minutes',
    campaign uuid DEFAULT NULL
) RETURNS SETOF leads LANGUAGE plpgsql AS $$
BEGIN
    IF btrim(coalesce(worker, '')) = '' THEN
        RAISE EXCEPTION 'worker: a name is expected, by which the claim is known'
            USING ERRCODE = 'invalid_parameter_value';
    ELSIF coalesce(how_many, 0) < 1 OR coalesce(lease, '0') <= '0' THEN
        RAISE EXCEPTION 'how_many and lease: more than nothing is expected'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN QUERY
    WITH free AS (
        SELECT l.lead_id FROM leads l JOIN campaigns c ON c.campaign_id = l.campaign_id
         WHERE l.status = claim_leads.status
           AND (claim_leads.campaign IS NULL OR l.campaign_id = claim_leads.campaign)
           AND (l.snoozed_until IS NULL OR l.snoozed_until <= now())
           AND (l.status <> 'ready' OR customer_center_may_be_sent(
                    l.status, l.email_verification_status, l.snoozed_until, c.status, l.email))
           AND NOT EXISTS (SELECT FROM lead_leases s WHERE s.lead_id = l.lead_id
                            AND s.status = l.status AND s.leased_until > clock_timestamp())
         ORDER BY l.created_at, l.lead_id LIMIT how_many
           FOR UPDATE OF l SKIP LOCKED
    ), leased AS (
        INSERT INTO lead_leases AS s (lead_id, worker, status, leased_until)
        SELECT free.lead_id, claim_leads.worker, claim_leads.status, clock_timestamp() + lease
          FROM free
        -- A lease that was committed since this statement began is in nobody's way but ours.
            ON CONFLICT ON CONSTRAINT pk_lead_leases DO UPDATE
           SET worker = excluded.worker, status = excluded.status,
               leased_until = excluded.leased_until
         WHERE s.leased_until <= clock_timestamp() OR s.status <> excluded.status
        RETURNING s.lead_id
    )
    SELECT l.* FROM leads l JOIN leased ON leased.lead_id = l.lead_id
     ORDER BY l.created_at, l.lead_id;
END
$$"""

NO_LEAD = """
    IF NOT FOUND THEN
        RAISE EXCEPTION 'lead: there is none with the id %', coalesce(lead::text, 'NULL')
            USING ERRCODE = 'no_data_found', COLUMN = 'lead_id', TABLE = 'leads';
    END IF;"""


def past(argument: str) -> str:
    return f"""
    IF {argument} IS NULL OR {argument} > now() + interval '1 hour' THEN
        RAISE EXCEPTION '{argument}: a time that is past is expected, not %',
            coalesce({argument}::text, 'NULL')
            USING ERRCODE = 'check_violation', TABLE = 'leads';
    END IF;"""


RECORD_SENT_MAIL = f"""
CREATE FUNCTION record_sent_mail(lead uuid, sent_at timestamptz DEFAULT now())
RETURNS SETOF leads LANGUAGE plpgsql AS $$
BEGIN{past("sent_at")}
    RETURN QUERY
    UPDATE leads l
       SET status = CASE WHEN l.status IN ('ready', 'queued', 'out_of_office') THEN 'sent'
                         ELSE l.status END,
           email_sent_at = least(l.email_sent_at, sent_at),
           last_contacted_at = greatest(l.last_contacted_at, sent_at)
     WHERE l.lead_id = lead
    RETURNING l.*;{NO_LEAD}
END
$$"""

RECORD_REPLY = f"""
CREATE FUNCTION record_reply(
    lead uuid, received_at timestamptz DEFAULT now(), judged text DEFAULT 'replied'
) RETURNS SETOF leads LANGUAGE plpgsql AS $$
BEGIN{past("received_at")}
    IF judged IS NULL OR judged NOT IN ('replied', 'out_of_office', 'interested', 'not_interested',
                                        'not_now', 'wrong_person', 'unsubscribed') THEN
        RAISE EXCEPTION 'judged: % is no judgement of a reply: replied, out_of_office, interested, '
            'not_interested, not_now, wrong_person or unsubscribed is expected',
            coalesce(quote_literal(left(judged, 100)), 'NULL')
            USING ERRCODE = 'check_violation', COLUMN = 'status', TABLE = 'leads';
    END IF;
    RETURN QUERY
    UPDATE leads l
       SET status = CASE
               WHEN l.status = 'do_not_contact' THEN l.status
               WHEN judged = 'unsubscribed' THEN judged
               WHEN l.status IN ('sent', 'out_of_office', 'no_response', 'not_interested', 'lost',
                                 'not_now', 'replied', 'queued') THEN judged
               ELSE l.status END,
           reply_received_at = greatest(l.reply_received_at, received_at)
     WHERE l.lead_id = lead
    RETURNING l.*;{NO_LEAD}
END
$$"""

EMAIL_IS_ONE = """
    IF NEW.email IS DISTINCT FROM OLD.email AND NEW.email !~ '.@.' THEN
        RAISE EXCEPTION 'email: % is no address; one such as anna@acme.com is expected',
            quote_literal(left(NEW.email, 100))
            USING ERRCODE = 'check_violation', COLUMN = 'email', TABLE = TG_TABLE_NAME;
    END IF;"""


def view(name: str) -> str:
    """With the rights of who asks, so that a role that may not read leads sees none here."""
    return (
        f"CREATE VIEW {name} WITH (security_invoker = true) AS\nSELECT {COLUMNS}\n  {JOINED}\n"
        f" WHERE {VIEWS[name]}"
    )


FUNCTIONS = (FIND_OR_CREATE_ORGANIZATION, CLAIM_LEADS, RECORD_SENT_MAIL, RECORD_REPLY)
CREATE = (MAY_BE_SENT, *FUNCTIONS, *map(view, VIEWS))
DROP = (
    *(f"DROP VIEW {name}" for name in VIEWS),
    "DROP FUNCTION record_reply(uuid, timestamptz, text)",
    "DROP FUNCTION record_sent_mail(uuid, timestamptz)",
    "DROP FUNCTION claim_leads(text, text, int, interval, uuid)",
    "DROP FUNCTION find_or_create_organization(text, text, text, text, text)",
    "DROP FUNCTION customer_center_may_be_sent(text, text, timestamptz, text, text)",
)
