"""One text for one content: the JSON that is hashed and signed.

UTF-8, keys sorted, no space, no floats: what RFC 8785 (JSON Canonicalization Scheme) gives for strings, integers, true,
false and null under ASCII keys. A document that does not read back to the very same bytes is not ours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

_LARGEST = 16 * 2**20  # bytes of a document; a thousand files take 0.2 MB
ABSENT: Final = object()
"""In place of a field's value: there is no such field."""


def encode(document: Any) -> bytes:
    """The canonical bytes of a document. Raises ValueError when it holds NaN."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def decode(data: bytes) -> dict[str, Any]:
    """The document of canonical bytes; raises ValueError when they are not canonical or not an object."""
    if len(data) > _LARGEST:
        raise ValueError("too large")
    try:
        document = json.loads(data)
        if not isinstance(document, dict):
            raise ValueError("not a JSON object")
        if encode(document) != data:
            raise ValueError("not in canonical form")
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except UnicodeEncodeError:
        raise ValueError("not text") from None
    return document


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def differing(before: Any, after: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every field that differs between two documents: (path such as `software.probe`, before, after), `ABSENT` on the side
    that does not have it."""
    if before == after and type(before) is type(after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys(), key=str):
            yield from differing(
                before.get(name, ABSENT), after.get(name, ABSENT), f"{where}.{name}" if where else name
            )
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for n, (old, new) in enumerate(zip(before, after, strict=True)):
            name = old.get("name") if isinstance(old, dict) else None
            yield from differing(old, new, f"{where}[{name if isinstance(name, str) else n}]")
    else:
        yield where, before, after
