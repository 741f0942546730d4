"""A walk through the product as somebody who follows every link: a page or two of each sort, and where they lead."""

import html
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any
from urllib.parse import urljoin

import pypdfium2
from django.test import Client
from django.urls import Resolver404, resolve

LINK = re.compile(r'(?:href|src|hx-get|action)="([^"#]+)')
LEFT_OUT = ("web:gallery", "account_", "web:language", "admin:")
BEGINNINGS = ("/", "/administration/", "/records/", "/cases/?tab=all", "/customers/", "/statistics/")


def sort_of(address: str) -> str:
    """What sort of page an address leads to; nothing where it leads out of the product.

    Forms of one record type's acts are one sort; cases and customers, where people live, have one for each act.
    """
    path, _, query = address.partition("?")
    try:
        found = resolve(path)
    except Resolver404:
        return ""
    if not found.view_name or found.view_name.startswith(LEFT_OUT):
        return ""
    about = next((str(found.kwargs[name]) for name in ("name", "verb") if name in found.kwargs), "")
    asked = sorted(part.partition("=")[0] for part in query.split("&") if part)
    return " ".join([found.view_name, about, *(name for name in asked if name in ("tab", "view", "q", "format"))])


def walk(client: Client, starts: Iterable[str] = BEGINNINGS) -> Iterator[tuple[str, str]]:
    """Pages, sheets and prints that links lead to: their address and everything they say."""
    sorts: Counter[str] = Counter()
    waiting = list(starts)
    known = set(waiting)
    while waiting:
        address = waiting.pop(0)
        sort = sort_of(address)
        if not sort or sorts[sort] >= (2 if "_page" in sort else 1):
            continue
        sorts[sort] += 1
        response = client.get(address)
        yield address, said(response)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            for link in LINK.findall(response.content.decode()):
                following = urljoin(address, html.unescape(link))
                if following.startswith("/") and following not in known:
                    known.add(following)
                    waiting.append(following)


def said(response: Any) -> str:
    """Everything that an answer says: headers and body; of a sheet all its parts, of a print all its words."""
    heads = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if response.headers.get("Content-Type", "").startswith("application/pdf"):
        with closing(pypdfium2.PdfDocument(body)) as document:
            return "\n".join([heads, *(page.get_textpage().get_text_range() for page in document)])
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as sheet:
            return "\n".join([heads, *(sheet.read(name).decode(errors="replace") for name in sheet.namelist())])
    return f"{heads}\n{html.unescape(body.decode(errors='replace'))}"
