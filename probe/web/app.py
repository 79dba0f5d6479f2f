"""The page server put together: `make_app(site)`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.staticfiles import StaticFiles

from probe.web import media, pages, reviewing
from probe.web.guard import Guard
from probe.web.site import STATIC, Site, language_of

_ANYBODY = ("/static/", "/sign-in")
_ERRORS: dict[int, tuple[str, str]] = {
    400: ("This request cannot be understood.", "无法理解此请求。"),
    401: ("Please sign in first.", "请先登录。"),
    403: ("This is not allowed.", "没有权限。"),
    404: ("There is no such page or call.", "没有这个页面或通话。"),
    405: ("This cannot be done here.", "此处不支持该操作。"),
    416: ("There is no such part of the audio.", "音频没有这一段。"),
    422: ("Something in this request is not as it should be.", "请求内容不符合要求。"),
    500: ("Something went wrong on our side.", "我方程序出错。"),
}


def make_app(site: Site) -> FastAPI:
    """The ASGI application that serves `site`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    pages.add(app, site)
    media.add(app, site)
    reviewing.add(app, site)

    def failed(request: Request, status: int, detail: str = "") -> Response:
        en, zh = _ERRORS.get(status, (HTTPStatus(status).phrase, HTTPStatus(status).phrase))
        message = detail or (zh if language_of(request) == "zh" else en)
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": message}, status)
        return site.page(request, "message.html", status, status=status, message=message)

    @app.exception_handler(StarletteHTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        standard = HTTPStatus(error.status_code).phrase
        return failed(request, error.status_code, error.detail if error.detail != standard else "")

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, _: RequestValidationError) -> Response:
        return failed(request, 422)

    @app.exception_handler(Exception)
    async def _broken(request: Request, _: Exception) -> Response:
        return failed(request, 500)

    @app.middleware("http")
    async def _door(request: Request, proceed: Callable[[Request], Awaitable[Response]]) -> Response:
        """Without a token nobody sees anything, unless this machine alone can reach the page."""
        path = request.url.path
        if site.access.open or path.startswith(_ANYBODY) or site.session(request):
            return await proceed(request)
        if path.startswith("/api/") or request.method != "GET":
            return failed(request, 401)
        wanted = path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(wanted, safe='')}", 303)

    app.add_middleware(Guard, loopback_only=site.loopback_only)
    return app
