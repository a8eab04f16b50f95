"""One's own preferences."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer
from labeling.selectors.preferences import preferences_shape
from labeling.services.preferences import preferences_set
from labeling.shapes import objects, workspace


class PreferencesView(ApiView):
    @extend_schema(operation_id="preferences_get", responses=workspace.Preferences)
    def get(self, request: Request) -> HttpResponse:
        """Show one's preferences."""
        return answer(preferences_shape(user=self.user()))

    @extend_schema(
        operation_id="preferences_put",
        request=workspace.PreferencesPut,
        responses={200: workspace.Preferences, 409: objects.Error},
    )
    def put(self, request: Request) -> HttpResponse:
        """Store one's preferences as a whole; `version` is the one last seen."""
        body = self.body(workspace.PreferencesPut)
        document = {name: part for name, part in body.preferences if part is not None}
        row = preferences_set(user=self.user(), version=body.version, document=document)
        return answer(workspace.Preferences(version=row.version, preferences=row.document))
