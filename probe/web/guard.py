"""What every request passes before anything else sees it, and what every answer carries.

- The address is short, headers and body are small, and all are well formed, else 414, 431, 413 or 400.
- On this machine alone, the host must be this machine: a name of somebody else's that resolves to 127.0.0.1 (DNS
  rebinding), or a proxy in front, is refused with 421.
- Whatever changes something comes from our own page: `Sec-Fetch-Site` and `Origin` say so where a browser sends them.
- Answers forbid scripts, styles and frames from anywhere else, and sniffing of types.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 16 * 1024
LONGEST_ADDRESS = 4096
LARGEST_HEADERS = 32 * 1024
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_LOOPBACK = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?", re.IGNORECASE)
_SAFE = frozenset({"GET", "HEAD"})
_ALLOWED = _SAFE | {"POST"}


class Guard:
    """ASGI middleware. `loopback_only`: whether requests may come from this machine alone."""

    def __init__(self, app: ASGIApp, *, loopback_only: bool) -> None:
        self.app = app
        self.loopback_only = loopback_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses, or lets through a body that cannot grow beyond the limit."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return

        async def shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                # What is in the package may be kept and is asked about again; what is said of calls is kept nowhere.
                headers.setdefault("cache-control", "no-cache" if scope["path"].startswith("/static/") else "no-store")
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None and scope["method"] not in _SAFE:
            body = await _body(receive)
            if body is None:
                refusal = PlainTextResponse("request body too large", 413)
            else:
                receive = _once(body)
        await (refusal or self.app)(scope, receive, shielded)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if scope["method"] not in _ALLOWED:
            return PlainTextResponse("method not allowed", 405, {"allow": "GET, HEAD, POST"})
        raw = scope.get("raw_path") or scope["path"].encode()
        if len(raw) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return PlainTextResponse("address too long", 414)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEADERS:
            return PlainTextResponse("headers too large", 431)
        if b"\0" in raw or "\0" in scope["path"]:
            return PlainTextResponse("malformed address", 400)
        length = headers.get("content-length")
        if length is not None and not re.fullmatch(r"\d{1,15}", length):
            return PlainTextResponse("malformed length", 400)
        if length is not None and int(length) > LARGEST_BODY:
            return PlainTextResponse("request body too large", 413)
        host = headers.get("host", "")
        if self.loopback_only and not _LOOPBACK.fullmatch(host):
            return PlainTextResponse(
                "this page is for this machine alone; see --host and --behind in `probe serve --help`", 421
            )
        if scope["method"] not in _SAFE and not _ours(headers, host):
            return PlainTextResponse("this request does not come from this page", 403)
        return None


def _ours(headers: Headers, host: str) -> bool:
    """Whether a browser sent this from our own page; a program that is no browser sends neither header."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return False
    return origin is None or urlsplit(origin).netloc.lower() == host.lower()


async def _body(receive: Receive) -> bytes | None:
    """The whole body, None if it is larger than allowed, whatever its announced length."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


def _once(body: bytes) -> Receive:
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
