"""Tests of the application, driven by keys on a real database."""
