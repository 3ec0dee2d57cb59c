"""A view that does nothing but answer with given bytes: what the same server and middleware manage at best."""

import os
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import path

from bruecke.config.urls import handler400, handler403, handler404, handler500
from bruecke.config.urls import urlpatterns as of_the_house

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@cache
def _body(name: str) -> bytes:
    return (Path(os.environ["BENCH_BODIES"]) / name).read_bytes()


def bare(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(_body(name), headers={"Content-Encoding": "gzip"})


urlpatterns = [path("bare/<slug:name>/", bare), *of_the_house]
