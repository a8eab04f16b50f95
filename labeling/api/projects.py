"""Projects, labels, members, the audit log."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer, page_cursor, page_limit
from labeling.api.datasets import PAGED
from labeling.selectors import shape
from labeling.selectors.access import ensure_may_create, label_get, project_get
from labeling.selectors.labels import label_shape
from labeling.selectors.projects import audit_page, member_page, project_page, project_shape
from labeling.services import projects
from labeling.shapes import objects, pages, requests


class ProjectListView(ApiView):
    @extend_schema(operation_id="project_list", parameters=PAGED, responses=pages.ProjectPage)
    def get(self, request: Request) -> HttpResponse:
        """List the projects one is a member of."""
        return answer(project_page(user=self.user(), cursor=page_cursor(request), limit=page_limit(request)))

    @extend_schema(
        operation_id="project_create", request=requests.ProjectCreate, responses={201: objects.Project}
    )
    def post(self, request: Request) -> HttpResponse:
        """Create a project; its tasks are made from the data sets' images."""
        ensure_may_create(user=self.user())
        body = self.body(requests.ProjectCreate)
        project = projects.project_create(
            name=body.name, dataset_ids=body.dataset_ids, labels=body.labels, created_by=self.user()
        )
        return answer(project_shape(project=project, user=self.user()), 201)


class ProjectView(ApiView):
    @extend_schema(operation_id="project_get", responses=objects.Project)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """Show a project."""
        project = project_get(user=self.user(), project_id=project_id, action="view")
        return answer(project_shape(project=project, user=self.user()))

    @extend_schema(operation_id="project_change", request=requests.ProjectChange, responses=objects.Project)
    def patch(self, request: Request, project_id: int) -> HttpResponse:
        """Change the name, the guide or the data sets."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        body = self.body(requests.ProjectChange)
        projects.project_change(project=project, changed_by=self.user(), **dict(body))
        return answer(project_shape(project=project, user=self.user()))


class LabelListView(ApiView):
    @extend_schema(operation_id="label_add", request=requests.LabelCreate, responses={201: objects.Label})
    def post(self, request: Request, project_id: int) -> HttpResponse:
        """Add a label."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        label = projects.label_add(
            project=project, label=self.body(requests.LabelCreate), added_by=self.user()
        )
        return answer(label_shape(label), 201)


class LabelView(ApiView):
    @extend_schema(operation_id="label_change", request=requests.LabelChange, responses=objects.Label)
    def patch(self, request: Request, label_id: int) -> HttpResponse:
        """Change a label."""
        label = label_get(user=self.user(), label_id=label_id, action="manage")
        body = self.body(requests.LabelChange)
        label = projects.label_change(
            label=label, name=body.name, color=body.color, kind=body.kind, changed_by=self.user()
        )
        return answer(label_shape(label))

    @extend_schema(operation_id="label_remove", responses={204: None})
    def delete(self, request: Request, label_id: int) -> HttpResponse:
        """Remove a label that no object uses."""
        label = label_get(user=self.user(), label_id=label_id, action="manage")
        projects.label_remove(label=label, removed_by=self.user())
        return HttpResponse(status=204)


class MemberListView(ApiView):
    @extend_schema(operation_id="member_list", responses=pages.MemberPage)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """List who works in a project."""
        return answer(
            member_page(project=project_get(user=self.user(), project_id=project_id, action="view"))
        )

    @extend_schema(operation_id="member_set", request=requests.MemberChange, responses=objects.Member)
    def post(self, request: Request, project_id: int) -> HttpResponse:
        """Add a person, or change their role."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        body = self.body(requests.MemberChange)
        member = projects.member_set(
            project=project, username=body.username, role=body.role, changed_by=self.user()
        )
        return answer(objects.Member(user=shape.user_shape(member.user), role=body.role))


class MemberView(ApiView):
    @extend_schema(operation_id="member_remove", responses={204: None})
    def delete(self, request: Request, project_id: int, user_id: int) -> HttpResponse:
        """Remove a person from a project; their work stays."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        projects.member_remove(project=project, user_id=user_id, removed_by=self.user())
        return HttpResponse(status=204)


class AuditView(ApiView):
    @extend_schema(operation_id="audit_list", parameters=PAGED, responses=pages.AuditPage)
    def get(self, request: Request, project_id: int) -> HttpResponse:
        """List who did what in a project."""
        project = project_get(user=self.user(), project_id=project_id, action="manage")
        return answer(audit_page(project=project, cursor=page_cursor(request), limit=page_limit(request)))
