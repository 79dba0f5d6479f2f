"""Which program on which machine: what a manifest says of versions.

The weights of the human verdict are part of `probe/listen`, so its digest is theirs; the speech model has its own.
"""

from __future__ import annotations

import hashlib
import hmac
import platform
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from probe import __version__

_PACKAGES = ("vosk", "pjsua2-python", "numpy", "pypinyin", "cryptography")
_PACKAGE = Path(__file__).resolve().parents[1]
_CODE = (".py", ".yaml", ".json", ".npz", ".toml")  # rules, wordings and weights are data


@cache
def software() -> dict[str, Any]:
    """Versions, and SHA-256 of the program as it is installed: all of it, what listens (verdict weights and wordings
    included), and what measures."""
    return {
        "probe": __version__,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "code": _digest(_PACKAGE),
        "listen": _digest(_PACKAGE / "listen"),
        "measure": _digest(_PACKAGE / "measure"),
    }


@cache
def machine() -> dict[str, str]:
    """The machine: an identity that does not give away the system's own, and what it runs."""
    return {"id": machine_id(), "system": f"{platform.system()} {platform.release()}", "processor": platform.machine()}


@cache
def machine_id() -> str:
    """12 hexadecimal digits, from the system's identity and the host name (machine-id(5): to be hashed, not shown)."""
    parts = [platform.node()]
    for path in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        try:
            parts.append(path.read_text(encoding="ascii").strip())
            break
        except (OSError, ValueError):
            continue
    return hmac.new(b"probe evidence chain", "\n".join(parts).encode(), "sha256").hexdigest()[:12]


@cache
def digest_of_folder(folder: Path) -> str:
    """SHA-256 over every file in a folder, by name: which model it was."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{digest}  {path.relative_to(folder).as_posix()}\n".encode())
    return total.hexdigest()


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in _CODE and path.is_file()):
        name = path.relative_to(folder).as_posix()
        if "/models/" not in f"/{name}":
            total.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n".encode())
    return total.hexdigest()


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
