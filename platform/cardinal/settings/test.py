"""Tests: real Postgres and Valkey, whose addresses the test session puts into the environment."""

from cardinal.settings.environment import default_services

# Static analysis and management commands import these settings without any server.
default_services(
    database_url="postgresql://cardinal@127.0.0.1/cardinal", broker_url="redis://127.0.0.1:6379/0"
)

from cardinal.settings.base import *  # noqa: F403, E402
from cardinal.settings.base import DATABASES, ENVIRONMENT  # noqa: E402

DEMO = False
DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key or "only-for-tests-only-for-tests-only-for-tests"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["OPTIONS"] = {"connect_timeout": 3}
