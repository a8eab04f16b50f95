"""Servers: everything comes from the environment, and a missing secret stops the start."""

from cardinal.settings.base import *  # noqa: F403
from cardinal.settings.base import ENVIRONMENT
from cardinal.settings.environment import EnvironmentInvalid

DEMO = False
DEBUG = False
if len(ENVIRONMENT.secret_key) < 32:
    raise EnvironmentInvalid(
        "CARDINAL_SECRET_KEY must be set to at least 32 random characters. "
        "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )
SECRET_KEY = ENVIRONMENT.secret_key
if not ENVIRONMENT.allowed_hosts:
    raise EnvironmentInvalid(
        "CARDINAL_ALLOWED_HOSTS must name the host names that people use, separated by commas."
    )
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.csrf_origins or [f"https://{host}" for host in ALLOWED_HOSTS]

# TLS ends at the proxy in front, which must set this header itself.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = not ENVIRONMENT.insecure_http
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = not ENVIRONMENT.insecure_http
CSRF_COOKIE_SECURE = not ENVIRONMENT.insecure_http
SECURE_HSTS_SECONDS = 0 if ENVIRONMENT.insecure_http else 31_536_000
