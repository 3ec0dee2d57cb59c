"""Addresses for other programs."""

from django.urls import path

from bruecke.interop.api import api

urlpatterns = [path("api/v1/", api.urls)]
