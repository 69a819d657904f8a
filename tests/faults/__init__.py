"""Faults that are injected into real parts, and what must hold: ``python -m tests.faults``."""
