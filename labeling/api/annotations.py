"""Objects beyond their masks: which lies in front, and what a reviewer says of one."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer
from labeling.selectors import shape
from labeling.selectors.access import annotation_get
from labeling.services.stacking import annotation_reorder
from labeling.services.verdicts import annotation_judge
from labeling.shapes import objects, requests


class AnnotationReorderView(ApiView):
    @extend_schema(
        operation_id="annotation_reorder",
        request=requests.AnnotationReorder,
        responses={200: objects.Annotation, 409: objects.Error},
    )
    def post(self, request: Request, annotation_id: int) -> HttpResponse:
        """Bring an object to front or back, or one step nearer or away."""
        annotation = annotation_get(user=self.user(), annotation_id=annotation_id, action="annotate")
        body = self.body(requests.AnnotationReorder)
        moved = annotation_reorder(
            annotation_id=annotation_id, task_id=annotation.task_id, moved_by=self.user(), **dict(body)
        )
        return answer(shape.annotation_shape(moved, image=annotation.task.image))


class AnnotationVerdictView(ApiView):
    @extend_schema(
        operation_id="annotation_judge",
        request=requests.VerdictCreate,
        responses={200: objects.Annotation, 409: objects.Error},
    )
    def post(self, request: Request, annotation_id: int) -> HttpResponse:
        """Accept or reject an object of a submitted task; a new mask or label takes that back."""
        annotation = annotation_get(user=self.user(), annotation_id=annotation_id, action="review")
        body = self.body(requests.VerdictCreate)
        judged = annotation_judge(
            annotation_id=annotation_id, task_id=annotation.task_id, judged_by=self.user(), **dict(body)
        )
        return answer(shape.annotation_shape(judged, image=annotation.task.image))
