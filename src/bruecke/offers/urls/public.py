"""Public addresses of offers."""

from django.urls import path

from bruecke.offers.views import provider, public

app_name = "offers_public"
urlpatterns = [
    path("angebote/", public.Catalogue.as_view(), name="catalogue"),
    path("angebote/anbieter/<str:token>/", provider.ProviderPage.as_view(), name="provider"),
    path("angebote/<str:uid>/", public.Detail.as_view(), name="detail"),
    path("angebote/<str:uid>/hinweis/", public.Feedback.as_view(), name="feedback"),
]
