"""Addresses below `/dev/`, mounted in development and testing only."""

from django.urls import path

from bruecke.ui.gallery.views import Gallery

urlpatterns = [path("bausteine/", Gallery.as_view(), name="gallery")]
