"""Addresses of the gallery; the site includes them where it wants the gallery to be seen."""

from django.urls import path

from keguan.web.gallery import views

urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("<name>/", views.gallery_page, name="gallery_page"),
]
