"""A time stamp by somebody else (RFC 3161): that a manifest, and all before it in its chain, existed at an instant.

The authority is asked only if `PROBE_TIMESTAMP_URL` names one. It learns the SHA-256 of the manifest and nothing else. Its
answer can be checked offline, with our program or with `openssl ts -verify`, against the certificate of its root.
"""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from probe.errors import OurFault, UserError, cannot_read
from probe.evidence import keys
from probe.evidence.writing import write_whole

STAMP, STAMP_SIGNATURE = "manifest.tsr", "manifest.tsr.sig"
_PATIENCE = 10.0  # seconds for an answer; guessed
_REST = 300.0  # seconds in which an authority that did not answer is not asked again: calls do not wait for it; guessed
_LARGEST = 256 * 1024  # bytes of an answer; one with a chain of certificates takes about 6 kB
_SHA256 = "2.16.840.1.101.3.4.2.1"
_silent_until: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an authority's answer says. `vouched`: its certificate leads to a root that the reader trusts."""

    at: datetime
    authority: str
    vouched: bool


def authority() -> str | None:
    """The URL of the authority to ask, None if none is set."""
    return os.environ.get("PROBE_TIMESTAMP_URL") or None


def stamp(manifest: Path) -> bool:
    """Has the authority, if one is set, time-stamp a manifest; whether it did. Raises OurFault when that fails."""
    url = authority()
    if url is None or manifest.with_name(STAMP).exists() or time.monotonic() < _silent_until.get(url, 0.0):
        return False
    answer = _ask(url, manifest.read_bytes())
    signature = keys.signing_key().sign(answer)
    write_whole(manifest.with_name(STAMP_SIGNATURE), signature)
    write_whole(manifest.with_name(STAMP), answer)
    return True


def check(answer: bytes, data: bytes, roots: list[bytes]) -> Stamp:
    """What an answer says about `data`; `roots`: certificates (DER) of authorities that the reader trusts.

    Raises ValueError, in English, when it is about something else, is not granted, or does not lead to one of the roots.
    Without roots nobody vouches for the authority, and only what it says is read.
    """
    import rfc3161_client as tsp
    from cryptography import x509

    try:
        response = tsp.decode_timestamp_response(answer)
        if response.status != tsp.PKIStatus.GRANTED:
            raise ValueError("not granted: " + ("; ".join(response.status_string) or f"status {response.status}"))
        embedded = [x509.load_der_x509_certificate(der) for der in response.signed_data.certificates]
        info = response.tst_info
        at, imprint = info.gen_time, info.message_imprint
        signer = next(iter(response.signed_data.signer_infos))
    except StopIteration:
        raise ValueError("nobody signed it") from None
    except (ValueError, TypeError) as error:
        raise ValueError(f"not an answer of RFC 3161: {error}") from None
    if imprint.hash_algorithm.dotted_string != _SHA256 or imprint.message != hashlib.sha256(data).digest():
        raise ValueError("it is about another document")
    leaf = next((c for c in embedded if (c.issuer, c.serial_number) == (signer.issuer, signer.serial_number)), None)
    name = leaf.subject.rfc4514_string() if leaf else signer.issuer.rfc4514_string()
    if roots:
        builder = tsp.VerifierBuilder()
        for root in roots:
            builder = builder.add_root_certificate(x509.load_der_x509_certificate(root))
        try:
            builder.build().verify_message(response, data)
        except (tsp.VerificationError, ValueError) as error:
            raise ValueError(f"not by an authority that is trusted: {error}") from None
    return Stamp(at, name, bool(roots))


def certificates(path: Path) -> list[bytes]:
    """The certificates of a PEM or DER file, as DER. Raises UserError."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    try:
        data = path.read_bytes()
        found = (
            x509.load_pem_x509_certificates(data) if b"-----BEGIN" in data else [x509.load_der_x509_certificate(data)]
        )
    except OSError as error:
        raise cannot_read(path, error) from None
    except ValueError:
        raise UserError(f"{path}: not a certificate in PEM or DER", f"{path}：不是 PEM 或 DER 格式的证书") from None
    return [certificate.public_bytes(Encoding.DER) for certificate in found]


def _ask(url: str, data: bytes) -> bytes:
    import httpx
    import rfc3161_client as tsp

    request = tsp.TimestampRequestBuilder().data(data).hash_algorithm(tsp.HashAlgorithm.SHA256).build()
    try:
        answer = httpx.post(
            url, content=request.as_bytes(), headers={"content-type": "application/timestamp-query"}, timeout=_PATIENCE
        )
        answer.raise_for_status()
        if len(answer.content) > _LARGEST:
            raise ValueError("too large an answer")
        response = tsp.decode_timestamp_response(answer.content)
        check(answer.content, data, [])
        if response.tst_info.nonce != request.nonce:
            raise ValueError("the answer is to another question")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        _silent_until[url] = time.monotonic() + _REST
        reason = " ".join(str(error).split()) or type(error).__name__
        raise OurFault(
            f"the time-stamping authority {url} gave no stamp: {reason}", f"时间戳机构 {url} 未给出时间戳：{reason}"
        ) from None
    return answer.content
