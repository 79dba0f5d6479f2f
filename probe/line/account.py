"""Who a call is made as: the settings of one account, and what PJSIP is told of them.

`Identity` is a caller on a trunk, reached through one of the trunk's proxies; without a trunk it is a plain call over
UDP. Two calls with equal identities share an account, and with it a registration.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import pjsua2 as pj

from probe.line.address import uri
from probe.line.trunk import Proxy, Tls, Trunk

_MEDIA_PORTS = (20000, 20000)  # first port of RTP, and how many there are to choose from
_SRTP = {
    "no": pj.PJMEDIA_SRTP_DISABLED,
    "optional": pj.PJMEDIA_SRTP_OPTIONAL,
    "required": pj.PJMEDIA_SRTP_MANDATORY,
}
_SCHEME = "Digest"
_PLAIN_TEXT = 0  # pjsip_cred_data_type: the data is the password itself


@dataclass(frozen=True, slots=True)
class Identity:
    """`number`: user part of the From address, which the far end sees as the number calling; `display`: the name with it.

    `bind`: local address that SIP and RTP are sent from. `trunk` and `proxy`: what the call goes through, if anything.
    """

    number: str = "probe"
    display: str = ""
    bind: str = "127.0.0.1"
    trunk: Trunk | None = None
    proxy: Proxy | None = None

    @property
    def address(self) -> str:
        """`sip:` address of the caller on the trunk: the account's own where it registers, unless the trunk names one."""
        assert self.trunk
        own = self.trunk.username if self.trunk.register else self.number
        return f"sip:{self.trunk.caller_id.from_ or own}@{self.trunk.domain}"


def account_config(identity: Identity, transport: int, port: int) -> pj.AccountConfig:
    """PJSIP's account of an identity. `transport`: id of the transport it sends by, bound to `port`."""
    account = pj.AccountConfig()
    trunk = identity.trunk
    display = (trunk.caller_id.display if trunk else "") or identity.display
    address = f"<{identity.address}>" if trunk else f"<sip:{identity.number}@{identity.bind}:{port}>"
    account.idUri = f'"{display}" {address}' if display else address
    account.sipConfig.transportId = transport
    media = account.mediaConfig.transportConfig
    media.boundAddress = identity.bind
    media.port, media.portRange = _MEDIA_PORTS
    media.randomizePort = True
    if trunk:
        _through(trunk, identity, account)
    return account


def _through(trunk: Trunk, identity: Identity, account: pj.AccountConfig) -> None:
    """What a trunk's settings mean to PJSIP."""
    proxy = identity.proxy or trunk.proxies[0]
    account.sipConfig.proxies.append(f"<{uri('', proxy.host, proxy.port, trunk.transport)};lr>")
    if trunk.username:
        credentials = pj.AuthCredInfo(_SCHEME, trunk.realm, trunk.username, _PLAIN_TEXT, trunk.password)
        account.sipConfig.authCreds.append(credentials)
    if trunk.register:
        account.regConfig.registrarUri = uri("", trunk.registrar.host, trunk.registrar.port, trunk.transport)
        account.regConfig.timeoutSec = int(trunk.register)
        account.regConfig.registerOnAdd = True
        account.regConfig.retryIntervalSec = 60
    account.mediaConfig.srtpUse = _SRTP[trunk.srtp]
    account.mediaConfig.srtpSecureSignaling = 1 if trunk.transport == "tls" else 0
    if trunk.session_timer:
        account.callConfig.timerUse = pj.PJSUA_SIP_TIMER_ALWAYS
        account.callConfig.timerSessExpiresSec = int(trunk.session_timer)
    nat = account.natConfig
    nat.sipStunUse = nat.mediaStunUse = pj.PJSUA_STUN_USE_DEFAULT if trunk.nat.stun else pj.PJSUA_STUN_USE_DISABLED
    nat.contactRewriteUse = 2 if trunk.nat.rewrite else 0  # 2: register again before the old contact is given up
    nat.viaRewriteUse = 1 if trunk.nat.rewrite else 0
    nat.sdpNatRewriteUse = 1 if trunk.nat.rewrite and not trunk.nat.public_address else 0
    nat.iceEnabled = trunk.nat.ice
    nat.udpKaIntervalSec = int(trunk.nat.keep_alive)
    if trunk.nat.public_address:
        account.mediaConfig.transportConfig.publicAddress = trunk.nat.public_address


def tls_transport(tls: Tls) -> pj.TransportConfig:
    """PJSIP's configuration of a TLS transport that trusts whom the trunk says."""
    config = pj.TransportConfig()
    config.tlsConfig.verifyServer = tls.verify
    config.tlsConfig.CaListFile = tls.ca or ssl.get_default_verify_paths().cafile or ""
    # Nothing older than TLS 1.2 (RFC 8996), which is the newest that OpenSSL 1.0.2k speaks.
    config.tlsConfig.proto = pj.PJ_SSL_SOCK_PROTO_TLS1_2 | pj.PJ_SSL_SOCK_PROTO_TLS1_3
    config.tlsConfig.msecTimeout = 5000  # guessed: several round trips to the other side of the world
    return config


def invite(trunk: Trunk | None) -> pj.CallOpParam:
    """What an INVITE through a trunk has that others have not: P-Asserted-Identity, Privacy, the trunk's headers."""
    prm = pj.CallOpParam(True)
    if trunk is None:
        return prm
    headers = list(trunk.headers)
    if trunk.caller_id.asserted:
        headers.append(("P-Asserted-Identity", f"<sip:{trunk.caller_id.asserted}@{trunk.domain}>"))
    if trunk.caller_id.private:
        headers.append(("Privacy", "id"))
    for name, value in headers:
        header = pj.SipHeader()
        header.hName, header.hValue = name, value
        prm.txOption.headers.append(header)
    return prm
