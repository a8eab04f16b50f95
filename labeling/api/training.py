"""Training runs: what one would cost, started, watched, cancelled; and the rules that start them."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer, page_cursor, page_limit
from labeling.api.datasets import PAGED
from labeling.api.files import file_answer
from labeling.domain.errors import conflict
from labeling.selectors.access import project_get
from labeling.selectors.training import (
    rules_of_project,
    rules_shape,
    run_detail,
    run_get,
    run_page,
    run_shape,
    training_plan,
)
from labeling.services.training import rules_change, run_cancel, run_request
from labeling.shapes import training

PNG = "image/png"


class TrainingRunListView(ApiView):
    @extend_schema(operation_id="training_run_list", parameters=PAGED, responses=training.TrainingRunPage)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """List a project's training runs."""
        project = project_get(user=self.user(), project_id=project_id, action="view")
        return answer(run_page(project=project, cursor=page_cursor(request), limit=page_limit(request)))

    @extend_schema(
        operation_id="training_run_create",
        request=training.TrainingRunCreate,
        responses={202: training.TrainingRun},
    )
    def post(self, request: Request, project_id: int) -> HttpResponse:
        """Train on what is accepted, or once more on an earlier run's snapshot."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        body = self.body(training.TrainingRunCreate)
        run = run_request(
            project=project, seed=body.seed, snapshot_id=body.snapshot_id, requested_by=self.user()
        )
        return answer(run_shape(run), 202)


class TrainingPlanView(ApiView):
    @extend_schema(operation_id="training_plan", responses=training.TrainingPlan)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """Show what a training run would cost if it started now."""
        project = project_get(user=self.user(), project_id=project_id, action="view")
        return answer(training_plan(project=project))


class TrainingRulesView(ApiView):
    @extend_schema(operation_id="training_rules_get", responses=training.TrainingRules)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """Show when the project trains by itself."""
        project = project_get(user=self.user(), project_id=project_id, action="view")
        return answer(rules_shape(rules_of_project(project.pk)))

    @extend_schema(
        operation_id="training_rules_change",
        request=training.TrainingRulesChange,
        responses=training.TrainingRules,
    )
    def patch(self, request: Request, project_id: int) -> HttpResponse:
        """Change when the project trains by itself."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        body = self.body(training.TrainingRulesChange)
        return answer(rules_shape(rules_change(project=project, change=body, changed_by=self.user())))


class TrainingRunView(ApiView):
    @extend_schema(operation_id="training_run_get", responses=training.TrainingRunDetail)
    def get(self, request: Request, run_id: int) -> HttpResponse:
        """Show a training run with its curves and its log."""
        return answer(run_detail(run_get(user=self.user(), run_id=run_id, action="view")))


class TrainingRunCancelView(ApiView):
    @extend_schema(operation_id="training_run_cancel", request=None, responses=training.TrainingRun)
    def post(self, request: Request, run_id: int) -> HttpResponse:
        """Stop a training run. What it has learned is thrown away."""
        run = run_get(user=self.user(), run_id=run_id, action="manage")
        run_cancel(run=run, cancelled_by=self.user())
        return answer(run_shape(run_get(user=self.user(), run_id=run_id, action="manage")))


class TrainingEvidenceView(ApiView):
    @extend_schema(operation_id="training_run_evidence", responses={(200, PNG): bytes})
    def get(self, request: Request, run_id: int) -> HttpResponse:
        """Show the largest gains and losses on held-out objects, before and after."""
        run = run_get(user=self.user(), run_id=run_id, action="view")
        if not run.evidence_key:
            raise conflict("evidence_not_ready", "This run has compared nothing yet.")
        return file_answer(request, key=run.evidence_key, media_type=PNG, tag=f"evidence-{run.pk}")
