"""Reading a signed document of a bundle, and saying what was changed in it.

Each document is kept twice: in the bundle and in the chain. A signature only tells that something was changed; the other
copy, whose signature holds, tells what.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from probe.evidence import canonical
from probe.evidence.bundle import FILES_OF, SCHEMA
from probe.evidence.chain import Entry, self_consistent
from probe.evidence.findings import Bundle, Kind, shown

Copy = Callable[[str, str], Entry | None]
"""The chain's copy of a document by schema and call, if its signature holds."""
KINDS: dict[str, Kind] = {
    SCHEMA: "manifest_changed",
    "probe.tombstone/1": "tombstone_changed",
    "probe.archive/1": "archive_changed",
}
"""What a finding about a document of each schema is."""
_KEY = re.compile(r'"(\w+)":')


def read(bundle: Bundle, schema: str, copy: Copy) -> Entry | None:
    """The document of a bundle that can be relied on: its own, else the chain's copy; None if there is none.

    Findings are added for whatever is wrong with the bundle's own.
    """
    name, signature_name = FILES_OF[schema]
    kind = KINDS[schema]
    data, signature = _bytes(bundle.folder / name), _bytes(bundle.folder / signature_name)
    if data is None and signature is None:
        return None
    call = bundle.folder.name
    if data is None:
        bundle.add(kind, name, "was removed; its signature is still there", "已被删除，但其签名仍在")
        return copy(schema, call)
    entry = _entry(data, signature or b"", schema)
    if entry is not None:
        if signature is not None and self_consistent(entry):
            bundle.own[schema] = entry
            return entry
        call = entry.call
    kept = copy(schema, call) or copy(schema, bundle.folder.name)
    if kept is not None and kept.data == data:
        what = ("was removed", "已被删除") if signature is None else ("was changed", "已被改动")
        bundle.add(
            "signature_changed",
            signature_name,
            f"{what[0]}; {name} itself is as the chain has it",
            f"{what[1]}；{name} 本身与链中一致",
        )
        return kept
    if signature is None:
        bundle.add(
            "signature_changed", signature_name, "is missing: nothing vouches for " + name, f"缺失：{name} 无签名"
        )
    if kept is not None:
        for where, en, zh in changes(kept.data, data):
            bundle.add(kind, f"{name}, {where}" if where else name, en, zh)
        return kept
    if entry is None:
        bundle.add(kind, name, "is not a document of ours any more: it was changed", "已不是有效的文件：内容被改动")
    elif signature is not None:
        bundle.add(
            kind,
            name,
            f"it or {signature_name} was changed: the signature does not hold (no copy in the chain to tell what)",
            f"该文件或 {signature_name} 被改动：签名不符（链中没有副本，无法指出改动处）",
        )
    return None


def changes(sealed: bytes, found: bytes) -> list[tuple[str, str, str]]:
    """What differs between a document as it was signed and as it is now: field, and that in English and Chinese."""
    try:
        before, after = canonical.decode(sealed), canonical.decode(found)
    except ValueError:
        at = next(
            (n for n, (a, b) in enumerate(zip(sealed, found, strict=False)) if a != b), min(len(sealed), len(found))
        )
        fields = _KEY.findall(sealed[:at].decode("utf-8", "replace"))
        where = f"field {fields[-1]}" if fields else ""
        return [
            (
                where,
                f"changed at byte {at}; it no longer reads as it was written",
                f"第 {at} 字节处被改动，已无法按原样读出",
            )
        ]
    return [
        (
            f"field {where}",
            f"changed: `{shown(old)}` was sealed, now it is `{shown(new)}`",
            f"被改动：封存时为 `{shown(old)}`，现为 `{shown(new)}`",
        )
        for where, old, new in canonical.differing(before, after)
    ]


def _entry(data: bytes, signature: bytes, schema: str) -> Entry | None:
    try:
        document = canonical.decode(data)
        place = document["chain"]
        well = (
            document["schema"] == schema
            and isinstance(document["call"], str)
            and isinstance(place["id"], str)
            and type(place["number"]) is int
            and isinstance(place["trail"], str)
            and isinstance(document["key"]["public"], str)
        )
    except (ValueError, KeyError, TypeError):
        return None
    return Entry(document, data, signature) if well else None


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
