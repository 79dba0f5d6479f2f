"""`trunks.yaml`: what may be written in it, and the trunk that comes out.

`load_trunk(name)` is what others call. Passwords are never in the file: `$NAME` stands for an environment variable.
docs/trunks.md explains every key; docs/trunks.schema.json is `json_schema()`, for editors.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from probe import documents, shipped
from probe.documents import SourceMistake
from probe.errors import UserError
from probe.line.sip import CODECS
from probe.line.trunk import PORTS, CallerId, Nat, Proxy, Tls, Trunk
from probe.navigate.amounts import Duration, seconds
from probe.navigate.writing import Part, Yes
from probe.trunk.plan import Plan, Rule

FILE = "trunks.yaml"

_HOST = r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?"
_SERVER = re.compile(rf"(?:sips?:)?(?P<host>{_HOST})(?::(?P<port>\d{{1,5}}))?")
_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")
_OURS = frozenset(
    [
        "via",
        "from",
        "to",
        "contact",
        "call-id",
        "cseq",
        "max-forwards",
        "route",
        "record-route",
        "content-length",
        "content-type",
        "authorization",
        "proxy-authorization",
        "supported",
        "allow",
        "require",
        "user-agent",
        "privacy",
        "p-asserted-identity",
        "session-expires",
        "min-se",
    ]
)
"""Headers that a trunk's own settings or SIP itself write."""


def _server(written: Any) -> str:
    """A host, or host:port."""
    found = _SERVER.fullmatch(written.strip()) if isinstance(written, str) else None
    if not found or not 0 < int(found["port"] or 1) < 65536:
        raise SourceMistake(
            f"`{written}` is not a server; write `sip.example.com` or `192.0.2.1:5080`",
            f"“{written}”不是服务器；请写 `sip.example.com` 或 `192.0.2.1:5080`",
        )
    return found["host"] + (f":{found['port']}" if found["port"] else "")


def _variable(written: Any) -> str:
    """The name of the environment variable in `$NAME`."""
    found = _VARIABLE.fullmatch(written) if isinstance(written, str) else None
    if not found:  # what was written may be the secret itself, so it is not repeated
        raise SourceMistake(
            "secrets are not written here; put this into an environment variable, and write its name as `$NAME`",
            "密码等不写在文件里；请放进环境变量，这里写变量名，如 `$NAME`",
        )
    return found[1]


def _codecs(written: Any) -> Any:
    names = [written] if isinstance(written, str) else written
    known = {codec.lower(): codec for codec in CODECS}
    if not isinstance(names, list | tuple) or not names:
        raise SourceMistake("write a list of codecs, such as [PCMA, PCMU]", "请写编码的列表，如 [PCMA, PCMU]")
    for index, name in enumerate(names):
        if str(name).lower() not in known:
            raise SourceMistake(
                f"no codec `{name}`; write {', '.join(CODECS)}", f"没有编码“{name}”；可写 {'、'.join(CODECS)}", (index,)
            )
    return tuple(known[str(name).lower()] for name in names)


def _register(written: Any) -> Any:
    """How long a registration lasts; true or false."""
    return written if isinstance(written, bool) else seconds(written)


def _or_none(written: Any) -> Any:
    """A duration; 0 for `false`."""
    return 0.0 if written is False else seconds(written)


def _headers(written: Any) -> Any:
    for name, value in written.items() if isinstance(written, Mapping) else ():
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", str(name)) or str(name).lower() in _OURS:
            raise SourceMistake(f"`{name}` is not a header that can be added", f"不能添加“{name}”这个头字段", (name,))
        if not isinstance(value, str) or re.search(r"[\r\n]", value):
            raise SourceMistake(
                f"`{name}`: write the value as one line of text, in quotes",
                f"“{name}”：值应是一行带引号的文字",
                (name,),
            )
    return written


Server = Annotated[str, BeforeValidator(_server), WithJsonSchema({"type": "string", "examples": ["sip.example.com"]})]
Variable = Annotated[
    str, BeforeValidator(_variable), WithJsonSchema({"type": "string", "pattern": r"^\$\{?[A-Za-z_][A-Za-z0-9_]*\}?$"})
]
Number = Annotated[str, Field(pattern=r"^\+?[0-9]{2,20}$")]
Shown = Annotated[str, Field(pattern=r"^[^\"\\\r\n<>]*$")]


OrNone = Annotated[
    float, BeforeValidator(_or_none), WithJsonSchema({"type": ["string", "boolean"], "examples": ["15 s", False]})
]


class Credentials(Part):
    """Who we are to the trunk (digest authentication, RFC 3261 §22)."""

    username: Variable = Field(description="Environment variable with the user name, as `$NAME`.")
    password: Variable = Field(description="Environment variable with the password, as `$NAME`.")
    realm: str = Field(default="*", min_length=1, description="Realm that they answer; any if not said.")


class WrittenCallerId(Part):
    """What the far end is told of the caller."""

    from_: str = Field(
        default="",
        alias="from",
        pattern=r"^[A-Za-z0-9+._-]*$",
        description="User part of From; the caller's number if not said.",
    )
    display: Shown = Field(default="", description="Name shown with it.")
    asserted: Number | Literal[""] = Field(default="", description="Number of P-Asserted-Identity (RFC 3325).")
    private: Yes = Field(default=False, description="Ask the network not to show the number (Privacy: id).")

    @model_validator(mode="before")
    @classmethod
    def _quoted(cls, written: Any) -> Any:
        for key in ("from", "asserted"):
            if isinstance(written, Mapping) and isinstance(written.get(key), int):
                raise SourceMistake(f'put the number in quotes: {key}: "..."', f'号码要加引号：{key}: "…"', (key,))
        return written


class WrittenTls(Part):
    """How the trunk proves who it is."""

    ca: str = Field(default="", description="File with the certificates to trust (PEM); the system's if not said.")
    verify: Yes = Field(default=True, description="Whether the server's certificate must be valid and its own.")
    old_openssl: Literal["refuse", "accept"] = Field(
        default="refuse", description="Whether TLS beyond this machine may use an OpenSSL that gets no fixes any more."
    )


class WrittenNat(Part):
    """Help through address translation."""

    stun: Server | Literal[""] = Field(default="", description="STUN server, `host:port`.")
    public_address: str = Field(default="", pattern=rf"^({_HOST})?$", description="Our address as the world sees it.")
    rewrite: Yes = Field(default=True, description="Rewrite Contact and Via to what the far end saw.")
    ice: Yes = Field(default=False, description="Offer ICE (RFC 8445).")
    keep_alive: OrNone = Field(default=15.0, description="Time between keep-alives; `false` for none.")


class WrittenTrunk(Part):
    """One trunk."""

    server: Server = Field(
        description="Host of its addresses, and its registrar; with port if it is not the usual one."
    )
    proxies: tuple[Server, ...] = Field(
        default=(),
        description="Outbound proxies in order: the next is tried when one fails; the server if none is said.",
    )
    transport: Literal["udp", "tcp", "tls"] = Field(default="udp", description="What SIP runs over.")
    register_: Annotated[
        bool | float,
        BeforeValidator(_register),
        WithJsonSchema({"type": ["boolean", "string"], "examples": [True, "10 min"]}),
    ] = Field(default=False, alias="register", description="Whether to register, or how long a registration lasts.")
    credentials: Credentials | None = Field(default=None, description="User name and password, by `$NAME`.")
    caller_id: WrittenCallerId = Field(default=WrittenCallerId(), description="What is told of the caller.")
    headers: Annotated[dict[str, str], BeforeValidator(_headers)] = Field(
        default={}, description="Further headers of the INVITE."
    )
    codecs: Annotated[
        tuple[str, ...],
        BeforeValidator(_codecs),
        WithJsonSchema({"type": "array", "items": {"enum": list(CODECS)}, "minItems": 1}),
    ] = Field(default=("PCMU", "PCMA"), description="Codecs offered, preferred first.")
    keys: Literal["auto", "rfc4733", "info", "inband"] = Field(default="auto", description="How keys are sent.")
    srtp: Literal["no", "optional", "required"] = Field(default="no", description="Whether audio is encrypted (SDES).")
    tls: WrittenTls = Field(default=WrittenTls(), description="For `transport: tls`.")
    nat: WrittenNat = Field(default=WrittenNat(), description="Help through address translation.")
    early_media: Yes = Field(default=True, description="Whether audio before the answer is listened to.")
    session_timer: OrNone = Field(
        default=0.0, description="Time between session refreshes (RFC 4028), at least 90 s; `false` for none."
    )
    channels: int = Field(default=1, ge=1, le=1000, description="Calls at once.")
    calls_per_second: float = Field(default=1.0, gt=0, le=50, description="New calls a second.")
    response: Duration = Field(default=8.0, description="How long one proxy may take to say anything.")
    redirects: int = Field(default=3, ge=0, le=10, description="How many redirections are followed.")
    dial: Plan = Field(default=Plan(), description="How numbers are dialled.")

    @model_validator(mode="after")
    def _fits_together(self) -> WrittenTrunk:
        if self.register_ and not self.credentials:
            raise SourceMistake("to register, write `credentials`", "要注册，须写 `credentials`", ("register",))
        if 0 < self.session_timer < 90:
            raise SourceMistake("RFC 4028 allows no less than 90 s", "RFC 4028 规定至少 90 秒", ("session_timer",))
        if "tls" in self.model_fields_set and self.transport != "tls":
            raise SourceMistake("`tls` goes with `transport: tls`", "`tls` 须与 `transport: tls` 同用", ("tls",))
        return self

    def trunk(self, name: str, environment: Mapping[str, str]) -> Trunk:
        """The trunk; raises UserError when a variable it names is not set."""
        username, password = (
            (_value(name, self.credentials.username, environment), _value(name, self.credentials.password, environment))
            if self.credentials
            else ("", "")
        )
        server = _proxy(self.server, self.transport)
        return Trunk(
            name=name,
            domain=server.host,
            proxies=tuple(_proxy(proxy, self.transport) for proxy in self.proxies) or (server,),
            transport=self.transport,
            register=3600.0 if self.register_ is True else float(self.register_),
            registrar=server,
            username=username,
            password=password,
            realm=self.credentials.realm if self.credentials else "*",
            caller_id=CallerId(**self.caller_id.model_dump()),
            headers=tuple(self.headers.items()),
            codecs=self.codecs,
            keys=self.keys,
            srtp=self.srtp,
            tls=Tls(self.tls.ca, self.tls.verify, self.tls.old_openssl == "accept"),
            nat=Nat(**self.nat.model_dump()),
            early_media=self.early_media,
            session_timer=self.session_timer,
            response_limit=self.response,
            redirects=self.redirects,
            channels=self.channels,
            calls_per_second=self.calls_per_second,
        )


class _File(Part):
    trunks: dict[Annotated[str, Field(pattern=r"^[\w.-]+$")], WrittenTrunk] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Dialling:
    """A trunk, and how it wants numbers dialled."""

    trunk: Trunk
    plan: Plan


def load_trunks(path: Path | None = None) -> dict[str, WrittenTrunk]:
    """All trunks of a file by name (None: `found()`); no variable is looked up. Raises UserError or DocumentError."""
    return documents.load(path or found(), _File).trunks


def load_trunk(name: str, path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Dialling:
    """The trunk of this name; raises UserError naming the known ones, or a variable that is not set."""
    written = written_trunk(name, path)
    return Dialling(written.trunk(name, environment), written.dial)


def written_trunk(name: str, path: Path | None = None) -> WrittenTrunk:
    """The trunk of this name as written, for which no variable need be set; raises UserError naming the known ones."""
    known = load_trunks(path)
    if name not in known:
        names = ", ".join(known)
        file = path or found()
        raise UserError(f"no trunk `{name}` in {file}; known: {names}", f"{file} 中没有中继“{name}”；已有：{names}")
    return known[name]


def found() -> Path:
    """`trunks.yaml` of the current folder, else of its `scenarios` folder, else the shipped example."""
    places = (Path(FILE), Path("scenarios") / FILE)
    return next((place for place in places if place.is_file()), shipped.scenarios() / FILE)


def json_schema() -> str:
    """The JSON Schema of the file, as text."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **_File.model_json_schema(by_alias=True)}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _proxy(server: str, transport: str) -> Proxy:
    host, _, port = server.partition(":")
    return Proxy(host, int(port) if port else PORTS[transport])


def _value(trunk: str, variable: str, environment: Mapping[str, str]) -> str:
    value = environment.get(variable, "")
    if not value:
        raise UserError(
            f"trunk `{trunk}`: the environment variable {variable} is not set; set it before the call",
            f"中继“{trunk}”：没有设置环境变量 {variable}；请先设置",
        )
    return value


__all__ = [
    "Dialling",
    "Plan",
    "Rule",
    "WrittenTrunk",
    "found",
    "json_schema",
    "load_trunk",
    "load_trunks",
    "written_trunk",
]

if __name__ == "__main__":
    print(json_schema(), end="")
