"""``grants``: the SQL of roles with no more rights than their work needs."""

from __future__ import annotations

import argparse

from tui.commands.options import Commands


def register(commands: Commands) -> None:
    """Add the command."""
    from db.grants import ROLES

    parser = commands.add_parser("grants", help="the SQL that makes a role with few rights")
    parser.add_argument(
        "kind", choices=list(ROLES), metavar="ROLE", help=", ".join(ROLES) + ", see the README"
    )
    parser.add_argument("--name", metavar="NAME", help="default: customer_center_ROLE")
    parser.add_argument(
        "--schema", default="public", metavar="NAME", help="where the tables are (default public)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the statements; no database is asked or changed."""
    from db.grants import ROLES, statements
    from tui.commands.output import say, talk

    role = options.name or f"customer_center_{options.kind}"
    say(f"-- {role}: {ROLES[options.kind]}")
    for statement in statements(options.kind, role, options.schema):
        say(f"{statement};")
    talk("Run it as the owner of the tables or an administrator; set a password with \\password.")
    return 0
