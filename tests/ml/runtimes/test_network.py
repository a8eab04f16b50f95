from dataclasses import dataclass, field

import cv2
import numpy as np
import pytest

from ml.errors import EmptyMask, InputInvalid, PointsOutsideImage
from ml.predictor import Image, Probability
from ml.preprocess import InputSpec, heat_map
from ml.runtimes.network import AnswerSpec, Crops, NetworkPredictor, in_steps, sigmoid

POINTS = np.array([(10, 60), (150, 55), (80, 5), (75, 110)], np.float64)
CELLS = [[106, 260], [403, 248], [254, 124], [244, 385]]
SURE = np.float32(20)


@dataclass
class Fixed:
    """Answers every crop with the same logits and remembers what it was asked."""

    logits: Probability
    quality: float = 0.0
    asked: list[tuple[Crops, Probability]] = field(default_factory=list)

    def __call__(self, crops: Crops, guidance: Probability) -> tuple[Probability, Probability]:
        self.asked.append((crops, guidance))
        return self.logits[None], np.array([self.quality], np.float32)


def picture(height: int = 120, width: int = 160) -> Image:
    """The reference image of the golden figures."""
    y, x, c = np.mgrid[:height, :width, :3]
    return ((3 * x + 5 * y + 40 * c) % 256).astype(np.uint8)


def predictor(
    forward: Fixed, *, inputs: InputSpec | None = None, answer: AnswerSpec | None = None
) -> NetworkPredictor:
    return NetworkPredictor(
        version="fixed-1", inputs=inputs or InputSpec(), answer=answer or AnswerSpec(), forward=forward
    )


def everywhere(size: int = 512, value: float = SURE) -> Fixed:
    return Fixed(np.full((size, size), value, np.float32))


def test_the_network_gets_the_padded_crop_and_one_bump_for_each_click() -> None:
    forward = everywhere()
    predictor(forward).predict(picture(), POINTS)
    ((crops, guidance),) = forward.asked
    padded = np.pad(picture(), ((50, 50), (50, 50), (0, 0)))[5 : 5 + 206, 10 : 10 + 241]
    assert np.array_equal(crops[0], cv2.resize(padded, (512, 512), interpolation=cv2.INTER_CUBIC))
    assert (crops.dtype, guidance.dtype, guidance.shape) == (np.uint8, np.float32, (1, 512, 512, 1))
    assert np.array_equal(guidance[0, ..., 0], heat_map(np.array(CELLS)))


def test_nothing_outside_the_clicked_box_is_object() -> None:
    result = predictor(everywhere()).predict(picture(), POINTS)
    rows, columns = np.nonzero(result.mask)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (10, 150, 5, 110)
    assert int(result.mask.sum()) == 14946
    assert not result.probability[~result.mask].any()
    assert result.probability[result.mask] == pytest.approx(1)


def test_with_slack_the_object_may_leave_the_box_by_a_share_of_it() -> None:
    # Sides of 141 and 106 pixels have a mean of 123.5; a tenth of it is 12.
    result = predictor(everywhere(), answer=AnswerSpec(slack_share=0.1)).predict(picture(), POINTS)
    rows, columns = np.nonzero(result.mask)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (0, 159, 0, 119)
    less = predictor(everywhere(), answer=AnswerSpec(slack_share=0.025)).predict(picture(), POINTS)
    assert less.offset == (7, 2)
    assert less.local_mask.shape == (112, 147)


@pytest.mark.parametrize(("probability", "is_object"), [(0.79, False), (0.81, True)])
def test_a_pixel_is_object_above_the_threshold_of_0_8(probability: float, is_object: bool) -> None:
    forward = everywhere(value=np.log(probability / (1 - probability)))
    if is_object:
        result = predictor(forward).predict(picture(), POINTS)
        assert result.mask.sum() == 14946
        assert result.local_probability == pytest.approx(probability, abs=1e-6)
    else:
        with pytest.raises(EmptyMask):
            predictor(forward).predict(picture(), POINTS)


def test_probabilities_go_back_by_cubic_interpolation_and_stay_within_0_and_1() -> None:
    logits = np.where(np.arange(512) > 250, SURE, -SURE)[None, :].repeat(512, axis=0).astype(np.float32)
    result = predictor(Fixed(logits)).predict(picture(), POINTS)
    crop = cv2.resize(sigmoid(logits), (241, 206), interpolation=cv2.INTER_CUBIC)
    expected = crop[50 : 50 + 106, 50 : 50 + 141]
    assert expected.max() > 1
    assert np.array_equal(result.local_mask, expected > 0.8)
    assert np.array_equal(result.local_probability, expected.clip(0, 1))


def test_logits_go_back_by_linear_interpolation() -> None:
    logits = np.linspace(-3, 3, 64, dtype=np.float32)[None, :].repeat(64, axis=0)
    answer = AnswerSpec(threshold=0.6, paste="logits")
    result = predictor(Fixed(logits), answer=answer).predict(picture(), POINTS)
    crop = cv2.resize(logits, (241, 206), interpolation=cv2.INTER_LINEAR)[50 : 50 + 106, 50 : 50 + 141]
    assert np.array_equal(result.local_mask, crop > np.log(0.6 / 0.4))
    assert np.allclose(result.local_probability, 1 / (1 + np.exp(-crop)), atol=1e-6)
    assert np.array_equal(result.local_mask, result.local_probability > 0.6)


def test_the_order_of_clicks_changes_nothing() -> None:
    forward = everywhere()
    one = predictor(forward).predict(picture(), POINTS)
    other = predictor(forward).predict(picture(), POINTS[[3, 1, 0, 2]])
    assert np.array_equal(forward.asked[0][1], forward.asked[1][1])
    assert np.array_equal(one.mask, other.mask)


def test_a_click_just_outside_the_image_is_moved_onto_it() -> None:
    forward = everywhere()
    outside = np.array([(-1, 60), (160, 55), (80, -0.6), (75, 119.9)])
    onto = np.array([(0, 60), (159, 55), (80, 0), (75, 119)])
    result = predictor(forward).predict(picture(), outside)
    predictor(forward).predict(picture(), onto)
    assert np.array_equal(forward.asked[0][0], forward.asked[1][0])
    assert np.array_equal(forward.asked[0][1], forward.asked[1][1])
    assert result.mask.all()


@pytest.mark.parametrize(
    "points", [[(-2, 60), *POINTS[1:]], [(float("nan"), 60), *POINTS[1:]], POINTS[:3], POINTS[:, :1]]
)
def test_other_points_never_reach_the_network(points: object) -> None:
    forward = everywhere()
    with pytest.raises(InputInvalid):
        predictor(forward).predict(picture(), points)  # type: ignore[arg-type]
    assert forward.asked == []


def test_a_point_outside_is_named() -> None:
    with pytest.raises(PointsOutsideImage, match="Point 1 at"):
        predictor(everywhere()).predict(picture(), [(-2, 60), *POINTS[1:].tolist()])


@pytest.mark.parametrize("image", [picture().astype(np.float32), picture()[..., 0], picture()[:0]])
def test_other_images_never_reach_the_network(image: np.ndarray) -> None:
    forward = everywhere()
    with pytest.raises(InputInvalid):
        predictor(forward).predict(image, POINTS)
    assert forward.asked == []


def test_a_one_pixel_object_in_the_corner_of_a_one_pixel_image_is_found() -> None:
    result = predictor(everywhere()).predict(picture(1, 1), np.zeros((4, 2)))
    assert result.mask.tolist() == [[True]]


def test_an_object_of_one_column_is_found() -> None:
    points = [(7, 3), (7, 5), (7, 3), (7, 15)]
    result = predictor(everywhere()).predict(picture(20, 20), points)
    assert [values.tolist() for values in np.nonzero(result.mask)] == [list(range(3, 16)), [7] * 13]


def test_an_object_at_the_far_end_of_a_panorama_keeps_its_margin_in_image_pixels() -> None:
    forward = everywhere()
    panorama = np.tile(picture(300, 200), (1, 100, 1))
    result = predictor(forward).predict(
        panorama, [(19_900, 150), (19_999, 150), (19_950, 100), (19_950, 200)]
    )
    seen = np.pad(panorama[50:251, 19_850:], ((0, 0), (0, 50), (0, 0)))
    assert seen.shape == (201, 200, 3)
    assert np.array_equal(forward.asked[0][0][0], cv2.resize(seen, (512, 512), interpolation=cv2.INTER_CUBIC))
    assert (result.offset, result.local_mask.shape, result.size) == ((19_900, 100), (101, 100), (300, 20_000))


def test_an_object_as_wide_as_a_panorama_is_answered() -> None:
    result = predictor(everywhere()).predict(
        np.tile(picture(64, 200), (1, 100, 1)), [(0, 30), (19_999, 30), (5, 0), (5, 63)]
    )
    assert result.mask.all()


def test_an_answer_of_nothing_is_an_empty_mask() -> None:
    with pytest.raises(EmptyMask):
        predictor(everywhere(value=-20)).predict(picture(), POINTS)


def test_the_score_is_the_calibrated_quality() -> None:
    forward = Fixed(np.full((64, 64), SURE), quality=1.5)
    assert predictor(forward).predict(picture(), POINTS).score == pytest.approx(1 / (1 + np.exp(-1.5)))
    calibrated = AnswerSpec(quality_scale=0.5, quality_shift=-1.0)
    score = predictor(forward, answer=calibrated).predict(picture(), POINTS).score
    assert score == pytest.approx(1 / (1 + np.exp(0.25)))


@pytest.mark.parametrize(
    ("quality", "score"), [(float("nan"), 0.0), (float("-inf"), 0.0), (float("inf"), 1.0)]
)
def test_an_estimate_that_is_no_number_is_a_score_of_0(quality: float, score: float) -> None:
    forward = Fixed(np.full((64, 64), SURE), quality=quality)
    assert predictor(forward).predict(picture(), POINTS).score == score


def test_an_answer_without_numbers_is_an_empty_mask() -> None:
    for answer in (AnswerSpec(), AnswerSpec(paste="logits")):
        with pytest.raises(EmptyMask):
            predictor(everywhere(value=float("nan")), answer=answer).predict(picture(), POINTS)


def test_the_time_is_told_step_by_step() -> None:
    timings = predictor(everywhere()).predict(picture(), POINTS).timings_ms
    assert list(timings) == ["prepare", "network", "paste", "total"]
    assert timings["total"] == pytest.approx(sum(timings[step] for step in ("prepare", "network", "paste")))


def test_the_sigmoid_of_far_logits_is_0_or_1_without_a_warning() -> None:
    with np.errstate(all="raise"):
        assert sigmoid(np.array([-1e30, 0, 1e30], np.float32)).tolist() == [0, 0.5, 1]


FEEDBACK = InputSpec(size=64, guidance="roles", guidance_size=16, truncate=False, feedback=True)


def test_a_network_with_feedback_is_shown_its_first_answer_once_there_are_corrections() -> None:
    forward = Fixed(np.where(np.arange(32) > 15, SURE, -SURE)[None, :].repeat(32, axis=0).astype(np.float32))
    asked = predictor(forward, inputs=FEEDBACK)
    asked.predict(picture(), POINTS)
    ((_, alone),) = forward.asked
    assert not alone[0, ..., 3].any()
    forward.asked.clear()
    corrections = np.array([(120, 30), (100, 90)], np.float64)
    asked.predict(picture(), np.vstack([POINTS, corrections]))
    (first_crop, first), (second_crop, second) = forward.asked
    # Two corrections and ten are two passes all the same, over the same window.
    assert np.array_equal(first_crop, second_crop)
    assert np.array_equal(first, alone)
    assert second[0, ..., 1].max() > 100
    assert second[0, :, :8, 3].max() == pytest.approx(0, abs=1e-3)
    assert second[0, :, 8:, 3].min() == pytest.approx(255)


def test_a_network_without_feedback_is_asked_once() -> None:
    forward = everywhere()
    predictor(forward).predict(picture(), np.vstack([POINTS, [(120, 30)]]))
    assert len(forward.asked) == 1


def test_logits_as_whole_steps_keep_a_256th_and_what_is_no_number_is_no_object() -> None:
    logits = np.array([0.0, 0.5, -0.5, 1 / 256, 0.001, 126.9, 1e9, -1e9, np.inf, -np.inf, np.nan], np.float32)
    expected = [0, 128, -128, 1, 0, 32486, 32767, -32767, 32767, -32767, -32767]
    assert in_steps(logits).tolist() == expected


def test_the_mask_is_where_the_probability_is_above_the_threshold() -> None:
    rng = np.random.default_rng(4)
    logits = cv2.resize(rng.normal(0, 4, (9, 9)).astype(np.float32), (64, 64), interpolation=cv2.INTER_CUBIC)
    for threshold in (0.3, 0.5, 0.8):
        answer = AnswerSpec(threshold=threshold, paste="logits")
        result = predictor(Fixed(logits), answer=answer).predict(picture(), POINTS)
        clear = np.abs(result.local_probability - threshold) > 0.002
        assert clear.mean() > 0.97
        assert np.array_equal(result.local_mask[clear], (result.local_probability > threshold)[clear])
