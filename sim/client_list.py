"""The list of clients: whom the jobcentre follows, and of each what every decision asks first.

Most weekly decisions are open to all clients and taken for few.  Identity and state lie here side by side, so
that such a decision is drawn for everybody at once and only who can be meant is looked at
(:func:`contenders`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import kernel
from sim.draws import Key, uniform_pair
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


@kernel
def _first_not_before(who: NDArray[np.int32], begin: int, person: int) -> int:
    """First place from ``begin`` on where the list ``who`` holds ``person`` or somebody after."""
    step, low, high = 1, begin, begin
    while high < who.size and who[high] < person:
        low = high + 1
        high += step
        step *= 2
    high = min(high, who.size)
    while low < high:
        middle = (low + high) // 2
        if who[middle] < person:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def _copy(old: ClientList, begin: int, end: int, n: int, out: ClientList) -> None:
    for at in range(end - begin):
        out.who[n + at] = old.who[begin + at]
    for at in range(end - begin):
        out.key[n + at] = old.key[begin + at]
    for at in range(end - begin):
        out.state[n + at] = old.state[begin + at]


@kernel
def _update(
    old: ClientList,
    moved: NDArray[np.int32],
    arrivals: bool,
    key: NDArray[np.uint32],
    state: NDArray[np.uint8],
    out: ClientList,
) -> int:
    n, at = 0, 0
    for x in range(moved.size):
        i = moved[x]
        if x > 0 and i == moved[x - 1]:
            continue
        here = _first_not_before(old.who, at, i)
        _copy(old, at, here, n, out)
        n += here - at
        listed = here < old.who.size and old.who[here] == i
        at = here + 1 if listed else here
        if IS_CLIENT[state[i]] and (listed or arrivals):
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
        end = min(begin + size, clients.who.size)
        for at in range(end - begin):
            us[at], vs[at] = uniform_pair(key, purpose, clients.key[begin + at], week)
        for at in range(end - begin):
            u, v, state = us[at], vs[at], clients.state[begin + at]
            out.who[n] = clients.who[begin + at]
            out.u[n], out.v[n] = u, v
            n += (u < first[state]) | (v < second[state])
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
