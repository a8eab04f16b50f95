"""Load an exported archive with pycocotools and lay its masks over those that were seen on the screen.

Reads {"archive": path, "shown": [{"size": [h, w], "counts": text}]}, prints what the file holds: names of
images and categories, and for each annotation its category, its area by decoding, its box, and the
intersection over union with each shown mask.
"""

import contextlib
import io
import json
import sys
import tempfile
import zipfile
from pathlib import Path

from pycocotools import mask as codec
from pycocotools.coco import COCO

request = json.load(sys.stdin)
with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
    with zipfile.ZipFile(request["archive"]) as archive:
        names = archive.namelist()
        path = Path(folder, "instances.json")
        path.write_bytes(archive.read("annotations/instances.json"))
    coco = COCO(str(path))

shown = [{"size": mask["size"], "counts": mask["counts"].encode("ascii")} for mask in request["shown"]]
annotations = []
for annotation in coco.loadAnns(coco.getAnnIds()):
    exported = coco.annToRLE(annotation)
    annotations.append(
        {
            "category": coco.loadCats(annotation["category_id"])[0]["name"],
            "area": annotation["area"],
            "pixels": int(codec.area(exported)),
            "bbox": annotation["bbox"],
            "iou": codec.iou([exported], shown, [0] * len(shown))[0].tolist(),
        }
    )
images = [{key: image[key] for key in ("file_name", "width", "height")} for image in coco.dataset["images"]]
categories = [category["name"] for category in coco.dataset["categories"]]
print(json.dumps({"names": names, "images": images, "categories": categories, "annotations": annotations}))
