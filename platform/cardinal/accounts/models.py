"""The user. Roles belong to projects (`labeling.models.Membership`), not to users."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person with an account. `is_staff` may create data sets and projects and sees all of them."""
