"""``python -m tests.n8n`` installs the n8n that the workflows are tested in."""

from __future__ import annotations

import subprocess
import sys

from tests.n8n.installation import installation


def main() -> int:
    found = installation()
    if not found.complete:
        try:
            found.install()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"n8n was not installed in {found.folder}: {error}", file=sys.stderr)
            return 1
    print(f"n8n is in {found.folder}; pytest tests/n8n runs the workflows in it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
