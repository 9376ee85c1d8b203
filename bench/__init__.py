import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as genie itself runs, see `genie.cli`
