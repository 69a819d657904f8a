"""Widgets: the row-windowed table, the JSON viewer, the lines around the screens."""
