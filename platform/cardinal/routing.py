"""The sockets' addresses and their pass: a session cookie from our own pages, or a token."""

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path
from rest_framework.authtoken.models import Token

from labeling.consumers import ProjectConsumer, TaskConsumer

router = URLRouter(
    [
        path("ws/tasks/<int:task_id>", TaskConsumer.as_asgi()),
        path("ws/projects/<int:project_id>", ProjectConsumer.as_asgi()),
    ]
)
# Browsers send an Origin with cookies, and it must be ours.
with_session = AllowedHostsOriginValidator(AuthMiddlewareStack(router))


async def sockets(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own callables
    """Admit a script by `Authorization: Token …`, everybody else by session and origin."""
    header = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    scheme, _, key = header.partition(" ")
    if scheme.lower() != "token":
        await with_session(scope, receive, send)
        return
    scope["user"] = await database_sync_to_async(_user_of)(key.strip())
    await router(scope, receive, send)


def _user_of(key: str) -> Any:  # noqa: ANN401 - a User or nobody
    token = Token.objects.select_related("user").filter(key=key, user__is_active=True).first()
    return token.user if token else None
