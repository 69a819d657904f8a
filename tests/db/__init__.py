"""Tests of the data layer, on a real PostgreSQL that Alembic migrated."""
