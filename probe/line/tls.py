"""Which OpenSSL is under SIP's TLS, and whether it may be trusted beyond this machine.

The wheel of pjsua2 has OpenSSL 1.0.2k (January 2017) inside, whose series has had no fixes since 2019. That is fine
between two programs on one machine and nowhere else, so TLS beyond loopback needs a PJSIP built against a maintained
OpenSSL (docs/trunks.md says how), or the trunk's word `old_openssl: accept`.
"""

from __future__ import annotations

import ctypes
import importlib.util
import re
from functools import cache
from pathlib import Path

_VERSION = re.compile(rb"OpenSSL (\d+\.\d+\.\d+[a-z]*)[ -]")
_NEEDED = re.compile(rb"lib(?:crypto|ssl)[-\w.]*\.so[.\w]*")
_OLDEST = (3, 0)
"""First series that still gets fixes, from OpenSSL or from distributions (1.1.1 ended in September 2023)."""


@cache
def openssl() -> str:
    """The version of the OpenSSL that PJSIP's library uses, such as `1.0.2k`; "" when it cannot be told.

    The library is only looked at, not loaded: it belongs in the line process.
    """
    package = importlib.util.find_spec("pjsua2")
    places = [Path(place) for place in (package.submodule_search_locations or [])] if package else []
    for place in places:
        for library in sorted(place.glob("_pjsua2*.so")):
            content = library.read_bytes()
            found = _VERSION.search(content)  # linked into it
            if found:
                return found[1].decode()
            for name in sorted({match.decode() for match in _NEEDED.findall(content)}):
                version = _version(name, place.parent)
                if version:
                    return version
    return ""


def is_old(version: str) -> bool:
    """Whether an OpenSSL gets no fixes any more, or is not known."""
    found = re.match(r"(\d+)\.(\d+)", version)
    return found is None or (int(found[1]), int(found[2])) < _OLDEST


def _version(name: str, site: Path) -> str:
    """The version in a shared library: one that a wheel brought along, or the system's."""
    for bundled in site.glob(f"*.libs/{name}"):
        found = _VERSION.search(bundled.read_bytes())
        return found[1].decode() if found else ""
    try:
        told = ctypes.CDLL(name).OpenSSL_version
    except (OSError, AttributeError):
        return ""
    told.restype = ctypes.c_char_p
    found = _VERSION.match(told(0) + b" ")
    return found[1].decode() if found else ""
