"""How a predictor says no. `code` is for programs and stays; the message is for people."""


class PredictorError(Exception):
    """Whatever a predictor or its loading refuses; every subclass has a `code` of its own."""

    code = "predictor_error"


class UnknownPredictor(PredictorError):
    """A name that no predictor has."""

    code = "unknown_predictor"


class WeightsRefused(PredictorError):
    """A file that is no weights file of ours, or one that is damaged. Nothing of it was run."""

    code = "weights_refused"


class PredictorNotAllowed(PredictorError):
    """A predictor that exists for tests alone."""

    code = "predictor_not_allowed"


class InputInvalid(PredictorError, ValueError):
    """An image or points that no model can work with."""

    code = "input_invalid"


class ImageInvalid(InputInvalid):
    """The image is not (H, W, 3) uint8, or has no pixels."""

    code = "image_invalid"


class PointsMalformed(InputInvalid):
    """The points are not (N, 2) numbers."""

    code = "points_malformed"


class TooFewPoints(InputInvalid):
    """Fewer than the four extreme points."""

    code = "too_few_points"


class PointsNotFinite(InputInvalid):
    """A coordinate is NaN or infinite."""

    code = "points_not_finite"


class PointsOutsideImage(InputInvalid):
    """A point lies more than a pixel beyond the image."""

    code = "points_outside_image"


class EmptyMask(PredictorError):
    """The model found no object between the points."""

    code = "empty_mask"


class DataInvalid(PredictorError):
    """Training data, or a training configuration, that cannot be used."""

    code = "data_invalid"


class LossNotFinite(DataInvalid):
    """Training has become unstable: its loss or gradient is no number any more."""

    code = "loss_not_finite"


class GpuMemoryFull(PredictorError):
    """The GPU has too little memory free to train on even one object at a time."""

    code = "gpu_memory"


class MemoryTooSmall(PredictorError):
    """A GPU of several cannot hold its share of a batch: all of them begin again with smaller ones."""

    code = "memory_too_small"


class PartEnded(PredictorError):
    """Another process of the same training has ended, and has told why."""

    code = "part_ended"
