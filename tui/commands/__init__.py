"""The headless commands, a module each or a group of kin.

Each module has ``register(commands)``, which adds its parsers and sets ``run`` on them: a function
from the parsed arguments to the exit code. Nothing here imports Textual, and what talks to the
database is imported when a command runs, so that the others stay quick.
"""
