"""Public addresses of staffing: *Wer hilft mir?*"""

from django.urls import path

from bruecke.staffing.views import public

app_name = "staffing_public"
urlpatterns = [
    path("hilfe/", public.FindPage.as_view(), name="find"),
    path("hilfe/<slug:slug>/", public.PlacePage.as_view(), name="place"),
    path("sprechstunden/", public.HoursPage.as_view(), name="hours"),
]
