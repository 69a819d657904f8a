"""Tests, in folders by part; what they share is in ``conftest`` and ``support``."""
