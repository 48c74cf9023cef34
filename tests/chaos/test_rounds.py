"""The runner: faults of all kinds, drawn from a seed, in snapshots and in the stream.

make chaos ROUNDS=1000 SEED=7 DB=mysql      rounds for each database; DB=all is the default
"""

import os

from run import LENGTH, Run
from stage import rounds, seed

# The short run has one schedule, with a bit of everything: who wants others says how many.
_SHORT, _SEED = 5, 950


def test_rounds(make_stage, tally):
    total = rounds(_SHORT)
    number = seed() if "ROUNDS" in os.environ else _SEED
    for index, first in enumerate(range(0, total, LENGTH)):
        Run(make_stage, number, index, min(LENGTH, total - first), tally).play()
