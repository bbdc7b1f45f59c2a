"""Memory: people who are looked at one by one lie anywhere in hundreds of megabytes.

Waiting for one record after the other takes longer than the work.  A loop that only reads lets the processor
fetch many records at once, so compiled passes over people read a byte of each record of the next block
before they work it through:

    for later in ahead(at, who.size):
        fetched += person.sex[who[later]] + status.state[who[later]]

and return what they added up, so that the compiler keeps the reading.  No result depends on it.
"""

from __future__ import annotations

from sim.engine.compiled import part

#: People a block: their records fit in the processor's nearest caches.
BLOCK = 128


@part
def ahead(at: int, n: int) -> range:
    """Return the positions, of ``n``, of the block that begins at position ``at``: none if no block does."""
    return range(at, min(at + BLOCK, n)) if at % BLOCK == 0 else range(0)
