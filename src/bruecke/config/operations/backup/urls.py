"""The address of a database as one string, for a process of its own."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode


def url_of(options: Mapping[str, Any]) -> str:
    """`postgresql://…` of an entry of `DATABASES`; the way back of `settings.base.database_from`."""
    user = quote(options.get("USER") or "", safe="")
    password = f":{quote(options['PASSWORD'], safe='')}" if options.get("PASSWORD") else ""
    host = f"[{options['HOST']}]" if ":" in (options.get("HOST") or "") else options.get("HOST") or ""
    port = f":{options['PORT']}" if options.get("PORT") else ""
    query = f"?{urlencode(options['OPTIONS'])}" if options.get("OPTIONS") else ""
    return f"postgresql://{user}{password}@{host}{port}/{quote(options['NAME'])}{query}"
