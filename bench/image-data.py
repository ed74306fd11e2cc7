"""Makes JPEGs of 256 x 256 in ten classes, of smooth colours with grain: python bench/image-data.py FOLDER [COUNT]"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
random = np.random.default_rng(0)
for i in range(count):
    path = folder / f"class{i % 10}" / f"{i:05d}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse = Image.fromarray(random.integers(0, 256, (16, 16, 3), dtype=np.uint8))
    pixels = np.asarray(coarse.resize((256, 256), Image.BICUBIC)) + random.normal(0, 8, (256, 256, 1))
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(path, quality=85)
