"""The runner: faults of all kinds, drawn from a seed, in snapshots and in the stream.

make chaos ROUNDS=1000 SEED=7 DB=mysql      rounds for each database; DB=all is the default
"""

from run import LENGTH, Run
from stage import rounds, seed


def test_rounds(make_stage, tally):
    number, total = seed(), rounds(8)
    for index, first in enumerate(range(0, total, LENGTH)):
        Run(make_stage, number, index, min(LENGTH, total - first), tally).play()
