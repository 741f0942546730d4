"""A chart as SVG: Vega-Lite in, marks that are links out. Colours are the page's variables, so it follows its theme.

The converter starts when the first chart is drawn and must not be inherited by a fork; it may fetch nothing. What was
drawn is kept by its content: the same figures are drawn once in a process.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString

WIDTH = 330
KEPT = 200
BASE = re.compile(r'xlink:href="https://[^/"]+/[^/"]+//')
SIZE = re.compile(r'(<svg [^>]*?)width="[\d.]+" height="[\d.]+" ')
ROLES = re.compile(r' (?:role|aria-roledescription|aria-label|aria-hidden)="[^"]*"')
MUTED, LINE, PLAIN, ACT, KEPT_TONE, BROKEN = (
    f"var(--{name})" for name in ("muted", "line", "edge", "act", "kept", "broken")
)
CONFIG = {
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED, "titleColor": MUTED, "domainColor": LINE, "tickColor": LINE, "gridColor": LINE,
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 190, "titleAngle": 0,
    },
    "legend": {"labelColor": MUTED, "labelFontSize": 12, "title": None, "orient": "top", "symbolType": "square"},
}  # fmt: skip


def svg(spec: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> SafeString:
    """The picture of these rows. It is hidden from assistive technology: the table beside it says the same."""
    whole = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": CONFIG, "width": WIDTH, **spec,
        "data": {"values": list(rows)},
    }  # fmt: skip
    return _drawn(json.dumps(whole, ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=KEPT)
def _drawn(spec: str) -> SafeString:
    import vl_convert  # it is big, and only those who look at charts need it

    drawn = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    drawn = BASE.sub('href="/', drawn)
    drawn = SIZE.sub(r'\1aria-hidden="true" ', ROLES.sub("", drawn), count=1)
    drawn = drawn.replace('<a href="', '<a tabindex="-1" href="')
    # the converter escapes what stands in the figures
    return SafeString(drawn.replace('class="marks"', 'class="picture"', 1))
