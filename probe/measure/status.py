"""Whose fault a final SIP status is, when a call was refused before it was answered.

A hotline answers for what its own side said: busy, no answer, no such number, declined. What a trunk, a proxy or our
own software says (bad credentials, no common codec, overload) is our fault and is never counted against the hotline.
A bare 5xx does not tell who failed, so it is never held against the hotline either. A Q.850 cause, which comes from the
telephone network behind a gateway, is more exact than the status it was turned into (RFC 3398 §7.2.4.1), so it goes first.
"""

from __future__ import annotations

from probe.timeline import Outcome

_BY_STATUS: dict[int, Outcome] = {
    # RFC 3261 §21 unless noted.
    400: Outcome.OUR_FAULT,  # our request was malformed
    401: Outcome.OUR_FAULT,  # our credentials
    402: Outcome.OUR_FAULT,  # our account
    403: Outcome.OUR_FAULT,  # our trunk may not dial this
    404: Outcome.NOT_IN_SERVICE,
    405: Outcome.OUR_FAULT,
    406: Outcome.OUR_FAULT,
    407: Outcome.OUR_FAULT,  # our credentials, at a proxy
    408: Outcome.NO_ANSWER,
    410: Outcome.NOT_IN_SERVICE,
    413: Outcome.OUR_FAULT,
    414: Outcome.OUR_FAULT,
    415: Outcome.OUR_FAULT,
    416: Outcome.OUR_FAULT,
    420: Outcome.OUR_FAULT,
    421: Outcome.OUR_FAULT,
    422: Outcome.OUR_FAULT,  # RFC 4028
    423: Outcome.OUR_FAULT,
    428: Outcome.OUR_FAULT,  # RFC 8224
    433: Outcome.OUR_FAULT,  # RFC 5079: our trunk hides the caller's number
    436: Outcome.OUR_FAULT,  # RFC 8224
    437: Outcome.OUR_FAULT,  # RFC 8224
    438: Outcome.OUR_FAULT,  # RFC 8224
    480: Outcome.NO_ANSWER,
    481: Outcome.OUR_FAULT,
    482: Outcome.OUR_FAULT,  # a loop between proxies
    483: Outcome.OUR_FAULT,  # too many hops
    484: Outcome.OUR_FAULT,  # we dialled an incomplete number
    485: Outcome.OUR_FAULT,
    486: Outcome.BUSY,
    487: Outcome.NO_ANSWER,  # we gave up while it rang
    488: Outcome.OUR_FAULT,  # no common codec
    491: Outcome.OUR_FAULT,
    493: Outcome.OUR_FAULT,
    494: Outcome.OUR_FAULT,  # RFC 3329
    600: Outcome.BUSY,
    604: Outcome.NOT_IN_SERVICE,
    606: Outcome.OUR_FAULT,
}

_BY_CAUSE: dict[int, Outcome] = {
    # ITU-T Q.850 (05/2018) table 1.
    1: Outcome.NOT_IN_SERVICE,  # unallocated number
    2: Outcome.OUR_FAULT,  # no route to transit network
    3: Outcome.OUR_FAULT,  # no route to destination
    17: Outcome.BUSY,  # user busy
    18: Outcome.NO_ANSWER,  # no user responding
    19: Outcome.NO_ANSWER,  # no answer from user
    20: Outcome.NO_ANSWER,  # subscriber absent
    21: Outcome.REJECTED,  # call rejected
    22: Outcome.NOT_IN_SERVICE,  # number changed
    27: Outcome.NOT_IN_SERVICE,  # destination out of order
    28: Outcome.OUR_FAULT,  # invalid number format
    34: Outcome.OUR_FAULT,  # no circuit available
    38: Outcome.OUR_FAULT,  # network out of order
    41: Outcome.OUR_FAULT,  # temporary failure
    42: Outcome.OUR_FAULT,  # switching equipment congestion
    44: Outcome.OUR_FAULT,  # requested circuit not available
    47: Outcome.OUR_FAULT,  # resource unavailable
    55: Outcome.REJECTED,  # incoming calls barred within the closed user group
    57: Outcome.OUR_FAULT,  # bearer capability not authorised
    58: Outcome.OUR_FAULT,  # bearer capability not available
    65: Outcome.OUR_FAULT,  # bearer capability not implemented
    88: Outcome.OUR_FAULT,  # incompatible destination
    102: Outcome.OUR_FAULT,  # recovery on timer expiry
}


def by_status(status: int, cause: int | None = None) -> Outcome:
    """The outcome of a call refused with a final SIP `status` (300-699) and, if it was given, a Q.850 `cause`."""
    if cause in _BY_CAUSE:
        return _BY_CAUSE[cause]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 400 or 500 <= status < 600:
        return Outcome.OUR_FAULT  # a redirection nobody followed; a server that failed, whose is not told
    return Outcome.REJECTED
