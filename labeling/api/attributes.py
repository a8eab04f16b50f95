"""Attributes of labels."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from cardinal.api.views import ApiView, answer, query_identifier
from labeling.selectors import shape
from labeling.selectors.access import label_get
from labeling.selectors.labels import attribute_get
from labeling.services.attributes import attribute_add, attribute_change, attribute_remove
from labeling.shapes import objects, schema

CONFIRM = OpenApiParameter("confirm", int, description="The number of answers that may be lost.")


class LabelAttributesView(ApiView):
    @extend_schema(
        operation_id="attribute_add", request=schema.AttributeCreate, responses={201: schema.Attribute}
    )
    def post(self, request: Request, label_id: int) -> HttpResponse:
        """Add an attribute to a label."""
        label = label_get(user=self.user(), label_id=label_id, action="manage")
        body = self.body(schema.AttributeCreate)
        attribute = attribute_add(label=label, attribute=body, added_by=self.user())
        return answer(shape.attribute_shape(attribute), 201)


class AttributeView(ApiView):
    @extend_schema(
        operation_id="attribute_change",
        request=schema.AttributeChange,
        responses={200: schema.Attribute, 409: objects.Error},
    )
    def patch(self, request: Request, attribute_id: int) -> HttpResponse:
        """Change an attribute; answers stay."""
        attribute = attribute_get(user=self.user(), attribute_id=attribute_id, action="manage")
        body = self.body(schema.AttributeChange)
        changed = attribute_change(attribute=attribute, change=body, changed_by=self.user())
        return answer(shape.attribute_shape(changed))

    @extend_schema(
        operation_id="attribute_remove", parameters=[CONFIRM], responses={204: None, 409: objects.Error}
    )
    def delete(self, request: Request, attribute_id: int) -> HttpResponse:
        """Remove an attribute; while objects answer it, `confirm` names how many."""
        attribute = attribute_get(user=self.user(), attribute_id=attribute_id, action="manage")
        confirm = query_identifier(request, "confirm")
        attribute_remove(attribute=attribute, confirm=confirm, removed_by=self.user())
        return HttpResponse(status=204)
