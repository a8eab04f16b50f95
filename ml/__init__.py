"""The model behind four clicks. Knows nothing of the platform around it; numpy in, numpy out.

`load_predictor("default").predict(image, points)` is all that serving needs.
"""

from ml.errors import EmptyMask, PredictorError
from ml.predictor import Prediction, Predictor
from ml.registry import load_predictor

__all__ = ["EmptyMask", "Prediction", "Predictor", "PredictorError", "load_predictor"]
