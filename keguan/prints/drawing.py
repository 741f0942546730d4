"""From a form to a PDF: typst with a Chinese font of its own, never the machine's; texts are data, never markup.

Nothing is fetched and nothing outside this folder is read.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FONTS = {"zh-hans": "Noto Sans CJK SC", "zh-hant": "Noto Sans CJK TC", "en": "Noto Sans CJK SC"}
LANGUAGES = {"zh-hans": ("zh", "cn"), "zh-hant": ("zh", "tw"), "en": ("en", "us")}
TEMPLATE = Path(__file__).with_name("form.typ")


def pdf(form: Mapping[str, Any], language: str) -> bytes:
    """The form as a PDF."""
    import typst

    lang, region = LANGUAGES.get(language, LANGUAGES["zh-hans"])
    font = FONTS.get(language, FONTS["zh-hans"])
    data = json.dumps({**form, "font": font, "lang": lang, "region": region}, ensure_ascii=False)
    made, warnings = typst.compile_with_warnings(
        TEMPLATE, font_paths=[_fonts()], ignore_system_fonts=True, format="pdf", sys_inputs={"data": data}
    )
    if warnings:
        raise RuntimeError("; ".join(str(one) for one in warnings))
    return bytes(made)


def qr(text: str) -> str:
    """A QR code as SVG."""
    import segno

    drawn = segno.make(text, error="m", micro=False).svg_inline(border=0)
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


@cache
def _fonts() -> Path:
    import noto_cjk_sans_otc

    return Path(str(noto_cjk_sans_otc.FONT_PATH)).parent
