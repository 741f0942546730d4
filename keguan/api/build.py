"""Puts the API together from the vocabulary, once, when addresses are first asked for."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from keguan import __version__
from keguan.api import files, importing, openapi, overview, records, setting_up, sign_in, statistics, team, undoing
from keguan.api.problems import explain
from keguan.api.verbs import add_verbs
from keguan.kernel.records.types import RecordType
from keguan.kernel.records.vocabulary import vocabulary

DESCRIPTION = """
由声明生成的接口：每个动作一个地址，每种记录一个列表。页面能做的，这里都能做，规则与理由相同。
Generated from the declarations: an address for every verb, a list for every record type, under the same policies as
the pages, with the same reasons.

- `Authorization: Bearer kg_…`（`keguan token issue USER`）
- `Accept-Language: zh | en`
- 拒绝以 `application/problem+json` 说明理由、出处与办法 · refusals say why, by which clause, and what to do
""".strip()
UNGENERATED = frozenset(("rulebook",))
"""Record types without generated verbs: rulebooks come of adopting a pack."""
UNLISTED = frozenset(("rulebook", "notice", "company"))
"""Record types that have no list of their own here."""


class Api(NinjaAPI):
    """The API with the components that generated operations refer to.

    `others` gives what else answers at the same place, known only once it is asked: its document has that too.
    """

    others: Callable[[], NinjaAPI] | None = None

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The OpenAPI document."""
        prefix = self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        document = super().get_openapi_schema(path_prefix=prefix, path_params=path_params)
        for name, parts in openapi.COMPONENTS.items():
            document["components"].setdefault(name, {}).update(parts)
        if self.others is not None:
            more = self.others().get_openapi_schema(path_prefix=prefix, path_params=path_params)
            document["paths"].update(more["paths"])
            for name, parts in more["components"].items():
                document["components"].setdefault(name, {}).update(parts)
        return document


def _explain(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return explain(request, error if isinstance(error, Exception) else error())


def build(types: Mapping[str, RecordType] | None = None, namespace: str = "api") -> Api:
    """The API of everything that is declared; of these record types alone where they are given."""
    api = Api(
        title="客管 Keguan",
        version=__version__,
        description=DESCRIPTION,
        urls_namespace=namespace,
        docs_url="/docs" if types is None else None,
        openapi_url="/openapi.json" if types is None else None,
        auth=[sign_in.BearerToken(), sign_in.PageSession()],
        openapi_extra={"jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema"},
    )
    for error in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(error, _explain)
    router = Router()
    if types is None:
        overview.add(router)
        team.add(router)
        statistics.add(router)
        files.add(router)
        importing.add(router)
        setting_up.add(router)
        undoing.add(router)
    shown = vocabulary.types if types is None else types
    for name, record_type in shown.items():
        if name not in UNGENERATED:
            add_verbs(router, record_type)
    for name, record_type in shown.items():
        if name not in UNLISTED:
            records.add(router, record_type)
    api.add_router("", router)
    return api
