"""Make accounts of the running stack: one for each argument, with the password of the demo accounts."""

import json
import sys

import django

django.setup()

from cardinal.accounts.models import User  # noqa: E402 - models need the set-up above

for name in sys.argv[1:]:
    user, _created = User.objects.get_or_create(username=name)
    user.set_password("demo")
    user.save(update_fields=["password"])
print(json.dumps(sys.argv[1:]))
