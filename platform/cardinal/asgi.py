"""The ASGI application: HTTP to Django, sockets to the consumers."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cardinal.settings.production")
http = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402

from cardinal.api.limits import BodyLimit  # noqa: E402
from cardinal.routing import sockets  # noqa: E402 - the app registry must be ready before models are imported

application = ProtocolTypeRouter({"http": BodyLimit(http), "websocket": sockets})
