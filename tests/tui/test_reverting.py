"""The journal's key that takes back what one writer did: asked with a preview, done as one step."""

from __future__ import annotations

from psycopg2.extensions import connection as PsycopgConnection

from tests.support import fetch, run, scalar
from tests.tui.support import page, press, running, until


async def test_what_a_writer_did_is_previewed_taken_back_and_undone(
    demo_url: str, n8n: PsycopgConnection
) -> None:
    query = "SELECT lead_id FROM leads ORDER BY lead_id LIMIT 3"
    leads = [row[0] for row in fetch(n8n, query)]
    run(n8n, "UPDATE leads SET title = 'Robot' WHERE lead_id = ANY(%s)", leads)
    robots = "SELECT count(*) FROM leads WHERE title = 'Robot'"
    async with running(demo_url) as (app, pilot):
        await press(pilot, "g", "h")
        await until(pilot, lambda: "Robot" in page(app), "the journal")
        await press(pilot, "x", "enter")
        await until(pilot, lambda: "Take back what n8n did since" in page(app), "the preview")
        assert "title of 3 leads" in page(app)
        await press(pilot, "enter")
        assert scalar(n8n, robots) == 3
        await press(pilot, "x", "enter")
        await until(pilot, lambda: "title of 3 leads" in page(app), "the preview again")
        await press(pilot, "y")
        await until(pilot, lambda: "Taken back: 3 of" in page(app), "the end")
        assert scalar(n8n, robots) == 0
        await press(pilot, "u")
        await until(pilot, lambda: "Undo: " in page(app), "the question")
        await press(pilot, "y")
        await until(pilot, lambda: scalar(n8n, robots) == 3, "the step undone")
