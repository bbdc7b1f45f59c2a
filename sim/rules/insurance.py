"""Who is insured in an a-kasse: fewer of those with basic schooling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def insured_by_schooling(insured: float, basic: float, ratio: float) -> NDArray[np.float64]:
    """Return the shares insured of those with basic schooling and of those with more (2,).

    Together they are ``insured`` where a share ``basic`` has basic schooling; the uninsured are ``ratio``
    times as frequent among these, as far as there are so many.
    """
    with_basic = min(ratio * (1.0 - insured) / (1.0 + (ratio - 1.0) * basic), 1.0)
    with_more = (1.0 - insured - basic * with_basic) / (1.0 - basic) if basic < 1.0 else 1.0 - insured
    return 1.0 - np.clip([with_basic, with_more], 0.0, 1.0)
