"""One of several processes that store their shares at the same time: `URL SEED NUMBER`."""

from __future__ import annotations

import random
import sys

from core.store.writer import ResultsStore
from tests.support.result_shares import shares


def main(url: str, seed: int, number: int) -> None:
    share, chance = shares(seed)[number], random.Random(seed * 100 + number)
    store = ResultsStore(url, now_ms=lambda: 1_750_000_000_000, cached_athletes=2)
    store.open()
    while share:
        size = chance.randint(1, 12)
        store.apply(share[:size], worker=f"w{number}", picked_up_at_ms=1)
        share = share[size:]
    store.close()
    print("done")  # noqa: T201  # for the test that waits for it


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
