import numpy as np

from ml.metrics import iou
from ml.runtimes.outline import arcs, around_in_order, edge_paths, fill
from tests.ml.pictures import disc, painted

EXTREMES = np.array([(60, 90), (120, 30), (180, 90), (120, 150)])
NONE = np.empty((0, 2), np.int64)


def test_points_come_in_their_order_around_the_object() -> None:
    assert around_in_order(EXTREMES[[3, 1, 0, 2]]).tolist() == EXTREMES.tolist()


def test_arcs_through_a_circle_s_points_are_the_circle() -> None:
    found = fill(arcs(EXTREMES.astype(np.float64)), (200, 260))
    assert iou(found, disc(radius=60)) > 0.98


def test_arcs_pass_their_points_and_stay_in_their_box() -> None:
    points = np.array([(5.0, 40), (70, 3), (90, 10), (20, 60)])
    outline = arcs(points)
    assert outline.min(axis=0).tolist() == [5, 3]
    assert outline.max(axis=0).tolist() == [90, 60]
    for point in points:
        assert np.hypot(*(outline - point).T).min() < 1e-9


def test_arcs_of_one_point_are_that_point() -> None:
    assert np.unique(arcs(np.full((4, 2), 7.0)), axis=0).tolist() == [[7, 7]]


def test_the_path_follows_the_object_s_edge() -> None:
    truth = disc(radius=60)
    plain, path = edge_paths(painted(truth, noise=4), EXTREMES, NONE)
    assert np.array_equal(plain, path)
    distance = np.abs(np.hypot(path[:, 0] - 120, path[:, 1] - 90) - 60)
    assert distance.mean() < 1.5
    assert iou(fill(path, (200, 260)), truth) > 0.96


def test_the_path_is_closed_in_steps_of_one_cell_and_passes_every_point() -> None:
    corrections = np.array([(150, 130), (85, 60)])
    plain, path = edge_paths(painted(disc(radius=60)), EXTREMES, corrections)
    assert not any((plain == point).all(axis=1).any() for point in corrections)
    steps = np.abs(path - np.roll(path, 1, axis=0)).max(axis=1)
    assert steps.max() <= 1
    for point in np.vstack([EXTREMES, corrections]):
        assert (path == point).all(axis=1).any()


def test_thin_rectangles_get_straight_lines() -> None:
    points = np.array([(10, 10), (20, 10), (30, 11), (20, 12)])
    _, path = edge_paths(painted(disc()), points, NONE)
    assert path[:, 1].min() == 10
    assert path[:, 1].max() == 12
