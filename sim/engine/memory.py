"""Memory: people who are looked at one by one lie anywhere in hundreds of megabytes.

Waiting for one record after the other takes longer than the work.  A loop that only reads lets the processor
fetch many records at once, so compiled passes over people go block by block: first a byte of each record is
read, then the block is worked through.  No result depends on it.
"""

from __future__ import annotations

#: People a block: their records fit in the processor's nearest cache.
BLOCK = 128
