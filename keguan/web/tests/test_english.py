"""English: no page leaves a reader of it in Chinese but for what people typed and what policies say in their words."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from ruamel.yaml import YAML

from keguan.web.tests.conftest import PACK, Office
from keguan.web.tests.simplified import ADDRESSES, SWITCHES
from keguan.web.tests.test_traditional import TYPED, busy, walk

__all__ = ["busy"]
HAN = re.compile(r"[\u3400-\u9fff]+")
OF_POLICIES = re.compile(r'<(\w+)[^>]*\blang="zh-Han[st]"[^>]*>.*?</\1>', re.DOTALL)
SHORT = 3
CLAUSE = re.compile(r"第[一二三四五六七八九十]+条?")


def said_once(value: Any) -> Iterator[str]:
    """What a policy says in one language only; of words that stand there in both, a page shows the English."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if not (name == "zh" and "en" in value):
                yield from said_once(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from said_once(inner)
    elif isinstance(value, str):
        yield from HAN.findall(value)


@pytest.mark.parametrize("who", ["agent", "deputy", "admin"])
def test_every_page_is_in_english(busy: Office, who: str) -> None:
    policies = [YAML(typ="safe").load(file.read_text("utf-8")) for file in sorted((PACK / "policies").glob("*.yaml"))]
    written = set(said_once(policies))
    assert {"客户投诉处理表", "填表人签章"} <= written and not {"客户", "投诉", "工单"} & written
    left: dict[str, str] = {}
    pages = walk(busy.browser(who, "en"))
    for address, page in pages.items():
        text = ADDRESSES.sub("", SWITCHES.sub("", OF_POLICIES.sub("", page)))
        for words in sorted({*TYPED, *(one for one in written if len(one) > SHORT)}, key=len, reverse=True):
            text = text.replace(words, "")
        left |= {run: address for run in HAN.findall(text) if run not in written and not CLAUSE.fullmatch(run)}
    assert left == {}
    assert len(pages) > 30 and all('<html lang="en"' in page for page in pages.values() if "<html" in page)
