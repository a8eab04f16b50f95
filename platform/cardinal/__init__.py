"""The Django project: settings, routing, accounts, shared API parts, events, the embedded services."""

from cardinal.celery import app as celery_app

__all__ = ["celery_app"]
