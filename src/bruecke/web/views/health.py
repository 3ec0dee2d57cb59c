"""What machines ask: is the process well, and what may robots read."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from bruecke import RELEASE


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 with the release when the database answers and has been set up; 503 otherwise, by the error itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
    return JsonResponse({"status": "ok", "release": RELEASE})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nDisallow: /intern/\n", content_type="text/plain")
