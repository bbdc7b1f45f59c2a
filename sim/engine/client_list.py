"""The list of clients: whom the jobcentre follows, and of each what every decision asks first.

Most weekly decisions are open to all clients and taken for few.  Identity and state lie here side by side, so
that such a decision is drawn for everybody at once and only who can be meant is looked at
(:func:`contenders`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.compiled import kernel, part, unsigned
from sim.engine.draws import Key, uniform_pair
from sim.mechanisms.transition import IS_CLIENT

#: Draws made at once: few enough to stay in the processor's nearest cache.
_BLOCK = 1024
#: 1 - exp(-x) is at most x, and as computed never above x by more than this.
ROUNDING = 1e-12


class ClientList(NamedTuple):
    """Clients in id order, each column of shape (n,)."""

    who: NDArray[np.int32]  # position among the citizens
    key: NDArray[np.uint32]  # identity in every draw
    state: NDArray[np.uint8]

    @classmethod
    def room(cls, n: int) -> ClientList:
        """Return room for at most ``n`` clients."""
        return cls(np.empty(n, np.int32), np.empty(n, np.uint32), np.empty(n, np.uint8))

    def first(self, n: int) -> ClientList:
        """Return the first ``n`` clients."""
        return ClientList(self.who[:n], self.key[:n], self.state[:n])


class Contenders(NamedTuple):
    """Who can be meant by a decision, in id order, and their draws; each column of shape (n,)."""

    who: NDArray[np.int32]  # position among the citizens
    u: NDArray[np.float64]  # a uniform pair, as draws.uniform_pair
    v: NDArray[np.float64]


@kernel
def _list(key: NDArray[np.uint32], state: NDArray[np.uint8], out: ClientList) -> int:
    n = 0
    for i in range(state.size):
        if IS_CLIENT[state[i]]:
            out.who[n], out.key[n], out.state[n] = i, key[i], state[i]
            n += 1
    return n


def list_clients(key: NDArray[np.uint32], state: NDArray[np.uint8]) -> ClientList:
    """Return all clients; ``key`` and ``state`` (n,) are columns of all citizens."""
    out = ClientList.room(int(np.count_nonzero(IS_CLIENT[state])))
    return out.first(_list(key, state, out))


@part
def _copy(old: ClientList, begin: int, end: int, n: int, out: ClientList) -> None:
    """Copy places ``begin`` to ``end`` to place ``n``."""
    source, target = unsigned(begin), unsigned(n)
    for at in range(unsigned(end - begin)):
        out.who[target + at] = old.who[source + at]
    for at in range(unsigned(end - begin)):
        out.key[target + at] = old.key[source + at]
    for at in range(unsigned(end - begin)):
        out.state[target + at] = old.state[source + at]


@kernel
def _update(
    old: ClientList,
    moved: NDArray[np.int32],
    arrivals: bool,
    key: NDArray[np.uint32],
    state: NDArray[np.uint8],
    out: ClientList,
) -> int:
    n, at, last = 0, 0, -1
    for i in moved:
        if i == last:
            continue
        here, last = at, i
        while here < old.who.size and old.who[unsigned(here)] < i:
            here += 1
        _copy(old, at, here, n, out)
        n += here - at
        listed = here < old.who.size and old.who[here] == i
        at = here + 1 if listed else here
        if (listed or arrivals) and IS_CLIENT[state[i]]:
            out.who[n], out.key[n], out.state[n] = i, key[i], state[i]
            n += 1
    _copy(old, at, old.who.size, n, out)
    return n + old.who.size - at


def update_clients(
    clients: ClientList,
    moved: list[NDArray[np.int32]],
    key: NDArray[np.uint32],
    state: NDArray[np.uint8],
    *,
    arrivals: bool,
) -> ClientList:
    """Return the list of clients after some people have moved; nobody else is looked at.

    ``arrivals`` false takes off the list who is no longer a client; true puts new clients on it as well.
    """
    who = np.sort(np.concatenate(moved)) if moved else np.empty(0, np.int32)
    if not who.size:
        return clients
    out = ClientList.room(clients.who.size + who.size)
    return out.first(_update(clients, who, arrivals, key, state, out))


@kernel
def _contend(
    key: Key,
    purpose: int,
    week: int,
    clients: ClientList,
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    us: NDArray[np.float64],
    vs: NDArray[np.float64],
    out: Contenders,
) -> int:
    n, size = 0, us.size
    for begin in range(0, clients.who.size, size):
        start = unsigned(begin)
        block = range(unsigned(min(size, clients.who.size - begin)))
        for at in block:
            us[at], vs[at] = uniform_pair(key, purpose, clients.key[start + at], week)
        for at in block:
            u, v, state = us[at], vs[at], clients.state[start + at]
            if u < first[state] or v < second[state]:
                out.who[n], out.u[n], out.v[n] = clients.who[start + at], u, v
                n += 1
    return n


def contenders(
    key: Key,
    purpose: int,
    week: int,
    clients: ClientList,
    first: NDArray[np.float64],
    second: NDArray[np.float64] | None = None,
) -> Contenders:
    """Draw a week's decision for all clients and return those for whom it can turn out yes: quick rejection.

    A chance is at most ``first`` (state,) of the client's state, for the first number of the pair, or
    ``second`` (state,) for the second; whose numbers lie above both cannot be meant and is not looked at.
    The mechanism then compares the same numbers with each contender's own chance, so bounds change nothing
    but the time: they may be too high, never too low (:func:`bound`).
    """
    n = clients.who.size
    out = Contenders(np.empty(n + 1, np.int32), np.empty(n + 1), np.empty(n + 1))
    none = np.zeros_like(first) if second is None else second
    chosen = _contend(key, purpose, week, clients, first, none, np.empty(_BLOCK), np.empty(_BLOCK), out)
    return Contenders(out.who[:chosen], out.u[:chosen], out.v[:chosen])


def bound(largest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a bound for chances that are at most ``largest`` but for rounding.

    1 - exp(-x) is at most x, so sums of rates bound the chance too.
    """
    return largest * (1.0 + 1e-9) + ROUNDING
