"""How far people have come."""

import re

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer
from labeling.domain.errors import invalid_field
from labeling.selectors.access import project_get
from labeling.selectors.progress import my_day
from labeling.shapes.progress import MyDay

# No place on earth is further from UTC than 14 hours.
MAX_OFFSET = 14 * 60


class MyDayView(ApiView):
    @extend_schema(
        operation_id="my_day",
        parameters=[OpenApiParameter("tz", int, description="Minutes east of UTC, 0 unless told.")],
        responses=MyDay,
    )
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """Show what one made in a project since one's own midnight."""
        project = project_get(user=self.user(), project_id=project_id, action="view")
        text = request.query_params.get("tz") or "0"
        if not re.fullmatch(r"-?[0-9]{1,3}", text) or abs(int(text)) > MAX_OFFSET:
            raise invalid_field("tz", f"The tz must be whole minutes from -{MAX_OFFSET} to {MAX_OFFSET}.")
        return answer(my_day(project=project, user=self.user(), utc_offset_minutes=int(text)))
