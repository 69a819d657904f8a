"""Tests of the migrations, on the embedded PostgreSQL and on an older one."""
