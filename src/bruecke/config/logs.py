"""Logs as JSON lines on standard error: events and ids, never the content of records, never an address with a token."""

import logging
import logging.config
from typing import Any


class WithoutTraceText(logging.Filter):
    """Drops exception texts (they may quote what a person typed) and keeps the class and the place."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0] is not None:
            kind, _error, trace = record.exc_info
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            record.error = kind.__name__
            record.at = f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}" if trace else ""
            record.exc_info = None
            record.exc_text = None
        if record.name == "django.request":
            record.msg, record.args = "request failed", ()  # its own text quotes the path, and a path may hold a token
        for attribute in ("request", "status_code"):
            value = getattr(record, attribute, None)
            if value is not None and not isinstance(value, str | int):
                setattr(record, attribute, getattr(value, "id", ""))
        return True


def configure(options: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG callable; `options` is `settings.LOGGING` ({"level": …})."""
    level = options.get("level", "INFO")
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"without_trace_text": {"()": "bruecke.config.logs.WithoutTraceText"}},
            "formatters": {
                "json": {
                    "()": "pythonjsonlogger.json.JsonFormatter",
                    "format": "%(levelname)s %(name)s %(message)s",
                    "rename_fields": {"levelname": "level", "name": "logger", "message": "event"},
                    "timestamp": "time",
                },
            },
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["without_trace_text"]},
            },
            "root": {"handlers": ["stderr"], "level": "WARNING"},
            "loggers": {
                "bruecke": {"level": level},
                "django.security": {"level": "WARNING"},
                "django.server": {"level": "WARNING"},
            },
        }
    )
