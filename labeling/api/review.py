"""What reviewers read: the queue, and the proposal behind an object."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer, page_cursor, page_limit
from labeling.api.datasets import PAGED
from labeling.selectors.access import annotation_get, project_get
from labeling.selectors.review import first_proposal_shape, review_queue_page
from labeling.shapes import objects, pages


class ReviewQueueView(ApiView):
    @extend_schema(operation_id="review_queue", parameters=[*PAGED], responses=pages.TaskPage)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """List the tasks that wait for review, the lowest predicted quality first."""
        project = project_get(user=self.user(), project_id=project_id, action="review")
        page = review_queue_page(project=project, cursor=page_cursor(request), limit=page_limit(request))
        return answer(page)


class AnnotationProposalView(ApiView):
    @extend_schema(operation_id="annotation_proposal", responses=objects.Proposal)
    def get(self, request: Request, annotation_id: int) -> HttpResponse:
        """Show what the model first proposed for an object, to compare it with the mask it has now."""
        annotation = annotation_get(user=self.user(), annotation_id=annotation_id, action="view")
        return answer(first_proposal_shape(annotation=annotation))
