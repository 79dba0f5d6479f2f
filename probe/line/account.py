"""Who a call is made as: the settings of one account, and what PJSIP is told of them.

`Identity` crosses the pipe to the line process as a dictionary (`Identity(**form)`); `trunk` is what a trunk's file says
of registration, credentials, transport, encryption and headers, and is empty for a plain call over UDP.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

import pjsua2 as pj

_MEDIA_PORTS = (20000, 20000)  # first port of RTP, and how many there are to choose from


@dataclass(frozen=True, slots=True)
class Identity:
    """`number`: user part of the From address, which the far end sees as the number calling; `display`: the name with it.

    `bind`: local address that SIP and RTP are sent from. `trunk`: settings of the trunk, by name.
    """

    number: str = "probe"
    display: str = ""
    bind: str = "127.0.0.1"
    trunk: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Equal for two identities that can share an account."""
        return json.dumps(asdict(self), sort_keys=True)


def account_config(identity: Identity, transport: int, port: int) -> pj.AccountConfig:
    """PJSIP's account of an identity. `transport`: id of the transport it sends by, bound to `port`."""
    account = pj.AccountConfig()
    address = f"<sip:{identity.number}@{identity.bind}:{port}>"
    account.idUri = f'"{identity.display}" {address}' if identity.display else address
    account.sipConfig.transportId = transport
    media = account.mediaConfig.transportConfig
    media.boundAddress = identity.bind
    media.port, media.portRange = _MEDIA_PORTS
    media.randomizePort = True
    return account
