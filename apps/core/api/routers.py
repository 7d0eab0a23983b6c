"""Addresses of the API end without a slash, as promised to mobile clients."""

from rest_framework.routers import SimpleRouter


class Router(SimpleRouter):
    """`router.register("sections", SectionViewSet, basename="section")`; ids are UUIDs by the path itself."""

    def __init__(self) -> None:
        super().__init__(trailing_slash=False, use_regex_path=False)
        self._default_value_pattern = "uuid"
