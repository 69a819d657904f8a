"""Writes: each function takes a session, is one transaction's work, and returns frozen rows."""
