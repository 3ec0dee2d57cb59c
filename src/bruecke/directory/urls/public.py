"""Public addresses of the directory."""

from django.urls import path

from bruecke.directory.views import public

app_name = "directory_public"
urlpatterns = [path("logos/<str:uid>/", public.Logo.as_view(), name="logo")]
