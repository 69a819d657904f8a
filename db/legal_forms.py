"""Legal forms of companies, as they stand after a name in a register and are left out in a mail."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_FREQUENT: Final = """
    ab ag as asa bv b.v. co co. co.,ltd. company corp corp. corporation e.v. gmbh inc inc.
    incorporated limited llc llp ltd ltd. nv n.v. oy plc pty s.a. s.l. s.p.a. s.r.l. sa sarl sas se
    srl
"""
FREQUENT: Final = tuple(_FREQUENT.split())
"""Those of most companies, as they are written: few enough to look each one up in an index."""


@lru_cache(maxsize=1)
def words() -> tuple[str, ...]:
    """Return the words of all forms without punctuation, the longest first: cleanco's and ours."""
    from cleanco.termdata import terms_by_type

    terms = {term for of_type in terms_by_type.values() for term in of_type} | set(FREQUENT)
    written = {" ".join(re.findall(r"\w+", term.lower())) for term in terms}
    together = {term.replace(" ", "") for term in written if " " in term and len(term) < 8}
    return tuple(sorted((written | together) - {""}, key=lambda form: (-len(form), form)))
