"""Nouns of this app under /api/v1/."""

from apps.core.api.routers import Router
from apps.facilities.api import viewsets

router = Router()
router.register("buildings", viewsets.BuildingViewSet, basename="building")
router.register("rooms", viewsets.RoomViewSet, basename="room")

urlpatterns = router.urls
