"""Reading preferences."""

from cardinal.accounts.models import User
from labeling.models import Preferences
from labeling.shapes import workspace


def preferences_shape(*, user: User) -> workspace.Preferences:
    """Return a person's preferences; version 0 while there are none."""
    row = Preferences.objects.filter(user=user).first()
    if row is None:
        return workspace.Preferences(version=0, preferences={})
    return workspace.Preferences(version=row.version, preferences=row.document)
