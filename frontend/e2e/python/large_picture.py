"""Write a picture of 12,000 x 8,500 pixels to the path given: soft hills, and a checked square to look at closely.

The square of 512 x 512 pixels at (9728, 5120) has pixels of pure red and pure blue, 64 x 64 at a time.
"""

import json
import sys

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 12_000, 8_500

hills = np.random.default_rng(7).integers(40, 216, (34, 48, 3), dtype=np.uint8)
picture = Image.fromarray(hills).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
rows, columns = np.mgrid[0:512, 0:512] // 64
red = ((rows + columns) % 2 == 0)[..., None]
square = np.where(red, np.array([255, 0, 0], np.uint8), np.array([0, 0, 255], np.uint8))
picture.paste(Image.fromarray(square), (9728, 5120))
picture.save(sys.argv[1], quality=92, subsampling=0)
print(json.dumps({"width": WIDTH, "height": HEIGHT}))
