"""Desk addresses of a district's own words."""

from django.urls import path

from bruecke.vocabulary import views

app_name = "vocabulary"
urlpatterns = [
    path("begriffe/", views.Terms.as_view(), name="terms"),
    path("begriffe/<slug:taxonomy>/neu/", views.AddTerm.as_view(), name="term-add"),
    path("begriffe/<slug:taxonomy>/<slug:key>/", views.EditTerm.as_view(), name="term"),
    path("begriffe/<slug:taxonomy>/<slug:key>/verbergen/", views.HideTerm.as_view(), name="term-hide"),
    path("begriffe/<slug:taxonomy>/<slug:key>/anbieten/", views.ShowTerm.as_view(), name="term-show"),
    path("begriffe/<slug:taxonomy>/<slug:key>/gemeinsam/", views.ResetTerm.as_view(), name="term-reset"),
]
