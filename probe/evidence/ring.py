"""Whose signatures count: this machine's own key and the trusted ones, or just those that were named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from probe.evidence import keys
from probe.evidence.chain import Entry
from probe.evidence.keys import PublicKey
from probe.i18n import tr


@dataclass(frozen=True)
class Ring:
    """Keys by what stands in documents. Nothing private is in it."""

    keys: dict[str, PublicKey]

    @classmethod
    def usual(cls) -> Ring:
        """This machine's own key and those that were said to be trusted."""
        known = {key.text: key for key in keys.trusted()}
        own = keys.own()
        if own is not None:
            known[own.text] = PublicKey(own.der, tr(en="this machine", zh="本机"))
        return cls(known)

    @classmethod
    def of(cls, paths: Sequence[Path]) -> Ring:
        """The keys in these files and no others. Raises UserError."""
        found = [keys.read_public(path, path.stem) for path in paths]
        return cls({key.text: key for key in found})

    def signer(self, entry: Entry) -> PublicKey | None:
        """The trusted key that a document names, None if nobody vouches for it."""
        return self.keys.get(str(entry.document["key"]["public"]))


def named(entry: Entry) -> str:
    """The key that a document names, for people."""
    try:
        return keys.public_key(str(entry.document["key"]["public"])).short
    except (ValueError, KeyError, TypeError):
        return "?"
