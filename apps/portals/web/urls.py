from django.urls import path

from apps.portals.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("today/<slug:key>/", views.today_card, name="today-card"),
    path("search/", views.search, name="search"),
    path("help/", views.help_page, name="help"),
]
