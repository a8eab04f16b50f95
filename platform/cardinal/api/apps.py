from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "cardinal.api"
    label = "api"

    def ready(self) -> None:
        """Teach the schema generator our request shapes."""
        from cardinal.api import schema  # noqa: F401, PLC0415 - registers itself on import
