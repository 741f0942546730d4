"""The charts of the statistics page: rows with their words and addresses in, SVG out. What is counted is told them."""

from collections.abc import Mapping, Sequence
from typing import Any

from keguan.insights.drawing import ACT, BROKEN, KEPT_TONE, PLAIN, svg

Row = Mapping[str, Any]
BAR = 24
"""The height of a bar that lies, with the gap beside it."""
COUNTS = {"tickMinStep": 1, "format": "d", "tickCount": 5, "title": None}
SHARES = {"format": ".0%", "tickCount": 5, "title": None, "grid": False}


def stacked(rows: Sequence[Row], parts: Sequence[tuple[str, str]], height: int = 200) -> str:
    """Standing bars, parted: rows of `at`, `part`, `n`, `url`, in order; `parts` are their words with their colours."""
    return svg({"height": height, "mark": {"type": "bar"}, "encoding": _bars("x", "y", rows, parts)}, rows)


def lying(rows: Sequence[Row], parts: Sequence[tuple[str, str]]) -> str:
    """The same with bars that lie, for long words."""
    lines = len(dict.fromkeys(row["at"] for row in rows))
    return svg({"height": lines * BAR, "mark": {"type": "bar"}, "encoding": _bars("y", "x", rows, parts)}, rows)


def pareto(rows: Sequence[Row]) -> str:
    """Bars that lie, most first, and the line of what they make up together: rows of `at`, `n`, `share`, `url`."""
    place = _place(rows)
    bars = {
        "mark": {"type": "bar", "color": PLAIN},
        "encoding": {"y": place, "x": {"field": "n", "type": "quantitative", "axis": COUNTS}, "href": _href()},
    }
    line = {
        "mark": {"type": "line", "color": ACT, "point": {"color": ACT, "filled": True}},
        "encoding": {
            "y": place,
            "x": {
                "field": "share", "type": "quantitative", "scale": {"domain": [0, 1]},
                "axis": {**SHARES, "orient": "top", "labelColor": ACT},
            },
            "order": {"field": "share"},
        },
    }  # fmt: skip
    height = max(2, len(rows)) * BAR
    return svg({"height": height, "layer": [bars, line], "resolve": {"scale": {"x": "independent"}}}, rows)


def course(rows: Sequence[Row], opened: str, closed: str, height: int = 200) -> str:
    """Bars of what came in and a line of what was closed: rows of `at`, `opened`, `closed`, `url`, `closed_url`."""
    place = {**_place(rows), "axis": {"title": None, "labelAngle": 0, "labelOverlap": True}}
    colours = {"type": "nominal", "scale": {"domain": [opened, closed], "range": [PLAIN, ACT]}}
    bars = {
        "mark": {"type": "bar"},
        "encoding": {"x": place, "y": _count("opened"), "color": {"datum": opened, **colours}, "href": _href()},
    }
    line = {
        "mark": {"type": "line"},
        "encoding": {"x": place, "y": _count("closed"), "color": {"datum": closed, **colours}},
    }
    points = {
        "mark": {"type": "point", "filled": True, "size": 50},
        "encoding": {
            "x": place, "y": _count("closed"), "color": {"datum": closed, **colours}, "href": _href("closed_url"),
        },
    }  # fmt: skip
    return svg({"height": height, "layer": [bars, line, points]}, rows)


def shares(rows: Sequence[Row], height: int = 160) -> str:
    """A line of shares over time: rows of `at`, `share`, `url`; a month without any has none."""
    place = {**_place(rows), "axis": {"title": None, "labelAngle": 0, "labelOverlap": True}}
    told = {"field": "share", "type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {**SHARES, "grid": True}}
    line = {"mark": {"type": "line", "color": KEPT_TONE}, "encoding": {"x": place, "y": told}}
    points = {
        "mark": {"type": "point", "filled": True, "size": 60, "color": KEPT_TONE},
        "encoding": {"x": place, "y": told, "href": _href()},
    }
    return svg({"height": height, "layer": [line, points]}, rows)


def _bars(along: str, up: str, rows: Sequence[Row], parts: Sequence[tuple[str, str]]) -> dict[str, Any]:
    colours = {"domain": [words for words, _ in parts], "range": [colour for _, colour in parts]}
    return {
        along: _place(rows),
        up: {"field": "n", "type": "quantitative", "axis": COUNTS},
        "color": {"field": "part", "type": "nominal", "scale": colours},
        "order": {"field": "turn"},
        "href": _href(),
    }


def _place(rows: Sequence[Row]) -> dict[str, Any]:
    """The places in the order of the rows."""
    order = list(dict.fromkeys(row["at"] for row in rows))
    return {"field": "at", "type": "nominal", "sort": order, "axis": {"title": None, "labelAngle": 0}}


def _count(name: str) -> dict[str, Any]:
    return {"field": name, "type": "quantitative", "axis": COUNTS}


def _href(name: str = "url") -> dict[str, str]:
    return {"field": name, "type": "nominal"}


__all__ = ["BROKEN", "KEPT_TONE", "PLAIN", "course", "lying", "pareto", "shares", "stacked"]
