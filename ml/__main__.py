"""Entry point of `python -m ml`."""

import sys

from ml.cli import main
from ml.commands.train import restart_tuned

if sys.argv[1:2] in (["train"], ["ablate"], ["finetune"]):
    restart_tuned()
sys.exit(main())
