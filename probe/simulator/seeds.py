"""Every call's randomness from one number, the same whether the call comes over SIP or in memory."""

from __future__ import annotations

from hashlib import blake2b


def stable(*parts: object) -> int:
    """A 63-bit number from `parts`, the same in every process and on every machine."""
    digest = blake2b("\x1f".join(str(part) for part in parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def call_seed(run_seed: int, hotline_id: str, caller_number: str, nth: int) -> int:
    """The seed of a call: the `nth` (from 0) of that caller to that hotline in the run seeded with `run_seed`."""
    return stable(run_seed, hotline_id, caller_number, nth)
