"""Django's view of the package: it has a management command and no models."""

from django.apps import AppConfig


class EmbeddedConfig(AppConfig):
    """Gives `manage.py prepare` its place."""

    name = "cardinal.embedded"
    label = "embedded"
