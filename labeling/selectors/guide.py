"""Reading the pictures of a guide."""

from labeling.domain.errors import not_found
from labeling.models import GuidePicture, Project
from labeling.shapes import workspace


def guide_picture_get(*, project: Project, name: str) -> GuidePicture:
    """Return the picture that the guide calls by this name."""
    # No stored name is longer, and a NUL in an address would be an error of the database.
    picture = GuidePicture.objects.filter(project=project, name=name.replace("\x00", "/")).first()
    if picture is None:
        raise not_found("picture")
    return picture


def guide_picture_shape(picture: GuidePicture) -> workspace.GuidePicture:
    """Return a picture. Its address names the content, so it may be cached for ever."""
    return workspace.GuidePicture(
        name=picture.name,
        url=f"/api/projects/{picture.project_id}/guide/pictures/{picture.name}?v={picture.sha256[:12]}",
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        byte_size=picture.byte_size,
        created_at=picture.created_at,
    )


def guide_picture_page(*, project: Project) -> workspace.GuidePicturePage:
    """Return a guide's pictures by name. There are so few that one page holds all of them."""
    rows = GuidePicture.objects.filter(project=project).order_by("name")
    return workspace.GuidePicturePage(results=[guide_picture_shape(row) for row in rows], next=None)
