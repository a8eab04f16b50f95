"""The sockets' addresses and their pass: a session cookie from our own pages, or a token."""

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import path, re_path
from rest_framework.authtoken.models import Token

from labeling.consumers import NowhereConsumer, ProjectConsumer, TaskConsumer

router = URLRouter(
    [
        path("ws/tasks/<int:task_id>", TaskConsumer.as_asgi()),
        path("ws/projects/<int:project_id>", ProjectConsumer.as_asgi()),
        re_path(r"", NowhereConsumer.as_asgi()),
    ]
)
with_session = AuthMiddlewareStack(router)
FORBIDDEN = {"type": "websocket.close", "code": 4403}


async def sockets(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own callables
    """Admit a script by `Authorization: Token …`, everybody else by session and origin."""
    headers = dict(scope["headers"])
    scheme, _, key = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() == "token":
        scope["user"] = await database_sync_to_async(_user_of)(key.strip())
        await router(scope, receive, send)
    elif _is_own_page(headers):
        await with_session(scope, receive, send)
    else:
        await send(FORBIDDEN)


def _is_own_page(headers: dict[bytes, bytes]) -> bool:
    """Return whether the page that opens the socket is ours: its host and port are those it connects to.

    Browsers send the session cookie from any page of the same host, whatever its port.
    """
    origin = headers.get(b"origin", b"").decode("latin-1")
    if origin in getattr(settings, "CSRF_TRUSTED_ORIGINS", []):
        return True
    host = headers.get(b"host", b"").decode("latin-1")
    return (
        bool(host)
        and origin in {f"http://{host}", f"https://{host}"}
        and validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
    )


def _user_of(key: str) -> Any:  # noqa: ANN401 - a User or nobody
    token = Token.objects.select_related("user").filter(key=key, user__is_active=True).first()
    return token.user if token else None
