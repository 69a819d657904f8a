"""What the columns of a file mean: by a profile, by the user's own mapping, or by both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from db.errors import ConfigurationError
from db.transfer.fields import CONVERTERS, Combined, Field, First, Profile, header_key
from db.transfer.profiles import PROFILES, recognise
from db.transfer.remembered import Remembered

EMAIL: Final = "leads.email"
DOMAIN: Final = "organizations.email_domain"
WEBSITE: Final = "organizations.website_url"
CUSTOM: Final = "custom"
TARGETS: Final = (EMAIL, DOMAIN, *CONVERTERS, CUSTOM)
"""What a column may be mapped to; ``custom`` keeps it as it is, whatever a profile says of it."""

_UNKNOWN: Final = Profile(
    name="mapped", title="mapped by you", source="import", people=True, needs=()
)


@dataclass(frozen=True)
class Choice:
    """How the profile of a file is found.

    ``profile`` is the name of one, None for whichever fits. ``mapping`` are targets by column; without
    one what was ``remembered`` of the header counts.
    """

    profile: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    remembered: Remembered | None = None

    def of(self, header: Sequence[str]) -> Profile | None:
        """Return what a header means, None where that is not known.

        Raises ConfigurationError where the mapping does not say where a row belongs.
        """
        base = recognise(header, self._profiles())
        mapping = self.mapping or (self.remembered.get(header) if self.remembered else {})
        if not mapping:
            return base
        columns = _columns(header, mapping)
        if columns is None or (base is None and self.profile is not None):
            return None
        return mapped(base or _UNKNOWN, columns)

    def keep(self, header: Sequence[str]) -> None:
        """Remember the mapping for the next file of this header."""
        if self.remembered is not None and self.mapping:
            self.remembered.put(header, _columns(header, self.mapping) or {})

    def wanted(self) -> str:
        """Say what a header must have, where none was found."""
        if self.profile is not None:
            return "Looked for " + " and ".join(p.described() for p in self._profiles()) + "."
        if self.mapping:
            return f"Looked for the columns {', '.join(map(repr, self.mapping))}."
        return (
            f"Looked for the headers of {', '.join(profile.title for profile in PROFILES)};"
            ' of another file say what its columns are: --map "Column=leads.email".'
        )

    def _profiles(self) -> tuple[Profile, ...]:
        if self.profile is None:
            return PROFILES
        chosen = tuple(each for each in PROFILES if each.name == self.profile)
        if not chosen:
            known = ", ".join(each.name for each in PROFILES)
            raise ConfigurationError(
                f"There is no import profile {self.profile!r}; there are {known}."
            )
        return chosen


def parsed_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """Return targets by column of texts ``Column=leads.email``. Raises ConfigurationError."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        column, equals, target = pair.rpartition("=")
        target = target.strip()
        if not equals or not column.strip():
            raise ConfigurationError(f'{pair!r} maps nothing; write "Column=leads.email".')
        if target not in TARGETS:
            raise ConfigurationError(
                f"{target!r} is nothing that a column can be mapped to; there are"
                f" {', '.join(TARGETS)}."
            )
        if target != CUSTOM and target in mapping.values():
            raise ConfigurationError(f"Two columns are mapped to {target}.")
        mapping[column.strip()] = target
    return mapping


def _columns(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str] | None:
    """Return the mapping with the header's own names, None where a column is not there."""
    names = {header_key(name): name for name in reversed(header)} | {name: name for name in header}
    found = {
        names.get(column, names.get(header_key(column))): mapping[column] for column in mapping
    }
    if None in found:
        return None
    return {name: target for name, target in found.items() if name is not None}


def mapped(base: Profile, columns: Mapping[str, str]) -> Profile:
    """Return a profile in which these columns go to their targets, whatever it said of them.

    Raises ConfigurationError where a row would have neither an address nor a domain.
    """
    taken = {header_key(name) for name in columns}
    by_target = {target: name for name, target in columns.items()}

    def without(headers: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in headers if header_key(name) not in taken)

    def first(target: str, headers: tuple[str, ...]) -> tuple[str, ...]:
        return ((by_target[target],) if target in by_target else ()) + without(headers)

    email = first(EMAIL, base.email)
    website = first(WEBSITE, base.website)
    domain = first(DOMAIN, base.domain)
    if not email and not website and not domain:
        raise ConfigurationError(
            "The mapping says neither an address nor a website: map a column to leads.email or to"
            " organizations.website_url."
        )
    return replace(
        base,
        people=bool(email),
        email=email,
        website=website,
        domain=domain,
        lead=_fields("leads", base.lead, by_target, taken),
        organization=_fields("organizations", base.organization, by_target, taken),
    )


def _fields(
    table: str, fields: Sequence[Field], by_target: Mapping[str, str], taken: set[str]
) -> tuple[Field, ...]:
    own: dict[str, Field] = {}
    for target, name in by_target.items():
        of, _, column = target.partition(".")
        if of == table and target in CONVERTERS and target != WEBSITE:
            own[column] = First(column, (name,), CONVERTERS[target])
    rest: list[Field] = []
    for each in fields:
        if each.column in own:
            continue
        left = tuple(name for name in each.headers if header_key(name) not in taken)
        if isinstance(each, Combined):
            # Its cells come in an order: one that is taken away leaves a blank.
            headers = tuple(n if header_key(n) not in taken else "" for n in each.headers)
            rest.append(replace(each, headers=headers))
        elif left:
            rest.append(replace(each, headers=left))
    return (*own.values(), *rest)
