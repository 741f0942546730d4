"""Drawings stand in pages as they are: nothing that people typed may become markup in them."""

from keguan.insights.drawing import svg

BARS = {
    "mark": {"type": "bar"},
    "encoding": {
        "y": {"field": "name", "type": "nominal"},
        "x": {"field": "n", "type": "quantitative"},
        "href": {"field": "url"},
    },
}


def test_what_people_typed_is_no_markup() -> None:
    drawn = svg(BARS, [{"name": "<script>alert(1)</script>&", "n": 3, "url": '/cases/?a=1&b="2'}])
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn
    assert 'href="/cases/?a=1&amp;b=&quot;2"' in drawn
