"""How far people have come."""

from labeling.shapes.base import Shape


class MyDay(Shape):
    """What one person made since their midnight: objects, the images they are on, and the work time.

    The median is that of the objects whose time was measured, null where there is none.
    """

    objects: int
    images: int
    seconds: float
    median_seconds_per_object: float | None
