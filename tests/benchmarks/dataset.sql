-- Synthetic rows: no person or company of this world. Sizes are put in the place of :leads and
-- :organizations.
CREATE TEMP TABLE syllable AS SELECT ARRAY[
    'ba','ko','ri','ten','mar','lo','ven','su','dal','ni','per','qua','zel','tor','fi','gan','hol',
    'jas','we','ur','ash','bri','cam','dun','el'] AS s;
SELECT setseed(0.42);

CREATE TEMP TABLE surname AS
SELECT i, initcap(s[1 + (random() * 24)::int] || s[1 + (random() * 24)::int]
    || CASE WHEN random() < .5 THEN s[1 + (random() * 24)::int] ELSE '' END) AS name
  FROM generate_series(0, 1999) i, syllable;
CREATE TEMP TABLE given AS
SELECT i, initcap(s[1 + (random() * 24)::int] || s[1 + (random() * 24)::int]) AS name
  FROM generate_series(0, 399) i, syllable;
CREATE TEMP TABLE word AS
SELECT i, s[1 + (random() * 24)::int] || s[1 + (random() * 24)::int]
    || CASE WHEN random() < .6 THEN s[1 + (random() * 24)::int] ELSE '' END AS word
  FROM generate_series(0, 4999) i, syllable;
-- 600 pieces of text of about 2 kB: documents are put together out of them.
CREATE TEMP TABLE piece AS
WITH drawn AS MATERIALIZED (
    SELECT p, k, (random() * 4999)::int AS r
      FROM generate_series(0, 599) p, generate_series(1, 250) k)
SELECT p, string_agg(word, ' ' ORDER BY k) AS text FROM drawn JOIN word ON i = r GROUP BY p;
CREATE UNIQUE INDEX ON piece (p);
CREATE UNIQUE INDEX ON surname (i);
CREATE UNIQUE INDEX ON given (i);
CREATE UNIQUE INDEX ON word (i);
ANALYZE;

INSERT INTO campaigns (campaign_id, name, description, status, created_at, updated_at)
SELECT md5('c' || i)::uuid,
       'Campaign ' || lpad(i::text, 2, '0') || ' '
       || (ARRAY['Nordics SaaS','DACH logistics','UK fintech','FR retail','US health'])[1 + i % 5],
       'Outreach ' || i,
       (ARRAY['draft','active','active','paused','completed'])[1 + i % 5],
       timestamptz '2024-01-01' + i * interval '11 days',
       timestamptz '2024-01-01' + i * interval '11 days'
  FROM generate_series(0, 49) i;

CREATE TEMP TABLE company AS
SELECT c.i, md5('o' || c.i)::uuid AS id,
       w1.word || '-' || w2.word || (c.i / 37)::text
       || (ARRAY['.com','.io','.de','.co.uk','.fr'])[1 + c.i % 5] AS domain,
       initcap(w1.word) || ' ' || initcap(w2.word)
       || (ARRAY[' GmbH',' Ltd',' Inc',' AB',' SAS'])[1 + c.i % 5] AS name,
       c.moment
  FROM (SELECT i, (random() * 4999)::int AS a, (random() * 4999)::int AS b,
               timestamptz '2024-01-01' + random() * interval '700 days' AS moment
          FROM generate_series(0, :organizations - 1) i) c
  JOIN word w1 ON w1.i = a JOIN word w2 ON w2.i = b;
CREATE UNIQUE INDEX ON company (i);
ANALYZE company;
-- Subsidiaries share a domain.
UPDATE company SET domain = (SELECT o.domain FROM company o WHERE o.i = company.i - 1)
 WHERE i % 500 = 1;

INSERT INTO organizations (
    organization_id, name, email_domain, external_id, external_source, website_url, linkedin_url,
    estimated_num_employees, website_summary_data, website_raw_data, country, language, time_zone,
    source, formatted_organization_name, raw_address, created_at, updated_at)
SELECT o.id, o.name, o.domain, 'ext-' || o.i, 'apollo', 'https://www.' || o.domain,
       'https://linkedin.com/company/' || o.domain,
       CASE WHEN o.i % 20 <> 7 THEN (10 ^ (random() * 4))::int END,
       CASE WHEN o.i % 5 = 0 THEN jsonb_build_object(
            'summary', left(p0.text, 400),
            'industry', (ARRAY['saas','logistics','retail'])[1 + o.i % 3],
            'keywords', jsonb_build_array('a', 'b', 'c')) END,
       r.document,
       CASE WHEN o.i % 11 <> 4 THEN (ARRAY['DE','US','GB','FR','SE'])[1 + o.i % 5] END,
       (ARRAY['de','en','en','fr','sv'])[1 + o.i % 5],
       (ARRAY['Europe/Berlin','America/New_York','Europe/London','Europe/Paris',
              'Europe/Stockholm'])[1 + o.i % 5],
       'import', lower(o.name), (o.i % 300) || ' Main Street', o.moment, o.moment
  FROM company o JOIN piece p0 ON p0.p = o.i % 600
  LEFT JOIN LATERAL (
      SELECT jsonb_build_object(
             'url', 'https://www.' || o.domain, 'fetched_at', o.moment,
             'pages', jsonb_agg(jsonb_build_object(
                 'path', '/p' || k, 'status', 200, 'title', left(p.text, 40), 'text', p.text,
                 'links', jsonb_build_array('/a' || k, '/b' || k)))) AS document
        FROM generate_series(1, 1 + (o.i * 7919::bigint % 24)::int) k
        JOIN piece p ON p.p = (o.i * 31::bigint + k * 17) % 600) r ON o.i % 10 = 3
 ORDER BY o.i;

INSERT INTO leads (
    lead_id, campaign_id, company_id, first_name, last_name, email, external_id, title, headline,
    linkedin_url, email_verification_status, email_verification_message, email_icebreaker, status,
    language, source, email_sent_at, reply_received_at, last_contacted_at, created_at, updated_at)
SELECT md5('l' || l.i)::uuid, md5('c' || l.campaign)::uuid, o.id, g.name,
       CASE WHEN l.i % 33 <> 0 THEN s.name END,
       lower(g.name || '.' || s.name) || l.i::text || '@' || o.domain, 'x' || l.i,
       CASE WHEN l.i % 17 <> 5 THEN
           (ARRAY['CEO','CTO','Head of Sales','VP Marketing','Engineer','Founder'])[1 + l.i % 6]
       END,
       'Headline of ' || g.name || ' at ' || o.name,
       'https://linkedin.com/in/' || lower(g.name || s.name) || l.i,
       (ARRAY['valid','valid','valid','risky','invalid'])[1 + l.i % 5],
       CASE WHEN l.i % 5 = 4 THEN 'mailbox not found' END,
       CASE WHEN l.i % 2 = 0 THEN
           'Saw that ' || o.name || ' is growing fast, and wondered how you handle it.' END,
       l.status, 'en', 'apollo',
       CASE WHEN l.status <> 'new' THEN l.moment + interval '2 days' END,
       CASE WHEN l.status IN ('replied', 'interested') THEN l.moment + interval '5 days' END,
       CASE WHEN l.status <> 'new' THEN l.moment + interval '2 days' END, l.moment, l.moment
  FROM (SELECT i, (random() * 399)::int AS given, (random() * 1999)::int AS surname,
               least(49, (50 * random() ^ 1.5)::int) AS campaign,
               least(:organizations - 1, (:organizations * random() ^ 1.8)::int) AS company,
               (ARRAY['new','new','new','new','new','sent','sent','sent','replied','interested',
                      'disqualified','bounced'])[1 + (random() * 11)::int] AS status,
               timestamptz '2024-01-01' + (i * 62 + (random() * 3600)::int) * interval '1 second'
                   AS moment
          FROM generate_series(0, :leads - 1) i) l
  JOIN company o ON o.i = company JOIN given g ON g.i = given JOIN surname s ON s.i = surname
 ORDER BY l.i;
