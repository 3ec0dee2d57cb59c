"""The search over everything: one page, and the same hits while somebody types."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from bruecke.core.folding import find_key
from bruecke.core.global_search import SHORTEST, WORDS, SearchHit, SearchQuestion, sealed_words, typed, unsealed_words
from bruecke.ui.urls import desk_url, public_url
from bruecke.ui.views import DeskPage
from bruecke.web.queries import search_everything

ON_PAGE, WHILE_TYPING = 5, 3


@dataclass(frozen=True, slots=True)
class Line:
    """A hit as the page shows it."""

    title: object
    detail: object
    language: str
    url: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind. `all_url` leads to the list of all of them, "" where these are all."""

    key: str
    label: object
    lines: list[Line]
    total: int
    all_url: str


class Search(DeskPage):
    """What the viewer may open and what matches her words.

    Words are sent in the body (POST) and stand in the address only sealed: they may be somebody's name, and addresses end up
    in the history of the browser and in the logs of whatever stands in front of us.
    """

    template_name = "web/search.html"
    fragment = "hits"
    place = "search"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response(self._found(unsealed_words(request.GET.get(WORDS, ""), self.now), ON_PAGE))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = typed(request.POST.get("q", ""))
        if getattr(request, "htmx", False):
            return self._while_typing(request, text)
        query = f"?{self._sealed(text)}" if text else ""
        return HttpResponseRedirect(f"{request.path}{query}")

    def _while_typing(self, request: Any, text: str) -> HttpResponse:
        """Below the box of the side navigation, or on the page itself, whose address follows so that the way back leads here."""
        on_page = request.htmx.target == "search-page"
        response = self.render_to_response(self._found(text, ON_PAGE if on_page else WHILE_TYPING))
        if on_page:
            response.headers["HX-Replace-Url"] = f"{request.path}?{self._sealed(text)}"
        return response

    def _found(self, text: str, limit: int) -> dict[str, Any]:
        is_asked = len(find_key(text)) >= SHORTEST
        question = SearchQuestion(text, self.viewer, self.district, self.now, limit)
        groups = self._groups(question) if is_asked else []
        total = sum(max(group.total, len(group.lines)) for group in groups)
        return self.get_context_data(text=text, is_asked=is_asked, groups=groups, total=total)

    def _sealed(self, text: str) -> str:
        return urlencode({WORDS: sealed_words(text, self.now)})

    def _groups(self, question: SearchQuestion) -> list[Group]:
        sealed = sealed_words(question.text, self.now)
        groups = []
        for source, hits in search_everything(question):
            lines = [self._line(hit) for hit in hits.hits]
            all_url = ""
            if hits.list_route and hits.total > len(lines):
                all_url = f"{desk_url(self.request, hits.list_route)}?{urlencode({**hits.list_query, WORDS: sealed})}"
            groups.append(Group(source.key, source.label, lines, hits.total, all_url))
        return groups

    def _line(self, hit: SearchHit) -> Line:
        is_public = hit.door == "public"
        url = (
            public_url(self.request, hit.route, "de", **hit.kwargs)
            if is_public
            else desk_url(self.request, hit.route, **hit.kwargs)
        )
        query = f"?{urlencode(hit.query)}" if hit.query else ""
        return Line(hit.title, hit.detail, hit.language, f"{url}{query}{hit.anchor}", is_public)
