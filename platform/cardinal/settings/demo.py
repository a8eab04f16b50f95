"""One machine, embedded services, demo accounts: served on the loopback address only."""

from cardinal.settings.environment import data_folder, default_services

# The supervisor gives the real addresses; a management command run by hand finds the same sockets.
default_services(
    database_url=f"postgresql://cardinal@/cardinal?host={data_folder()}/run",
    broker_url=f"unix://{data_folder()}/run/valkey.sock",
)

from django.core.management.utils import get_random_secret_key  # noqa: E402

from cardinal.settings.base import *  # noqa: F403, E402
from cardinal.settings.base import ENVIRONMENT  # noqa: E402

DEMO = True
DEBUG = False
# Without the supervisor's key a passing one does: nothing signed outlives the process.
SECRET_KEY = ENVIRONMENT.secret_key or get_random_secret_key()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
