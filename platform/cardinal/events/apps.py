from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "cardinal.events"
    label = "events"
