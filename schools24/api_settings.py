"""What the API framework and the drawer of its contract are told."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.authentication.TokenAuthentication",
        "apps.accounts.authentication.PageSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["apps.core.api.rendering.EnvelopeRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "apps.core.api.pagination.PageNumbers",
    "DEFAULT_FILTER_BACKENDS": [
        "apps.core.api.filtering.Filters",
        "apps.core.api.filtering.Search",
        "apps.core.api.filtering.Ordering",
    ],
    "DEFAULT_SCHEMA_CLASS": "apps.core.api.schema.EnvelopeSchema",
    "DEFAULT_THROTTLE_CLASSES": ["apps.core.api.throttling.PerUser"],
    "DEFAULT_THROTTLE_RATES": {"user": "1000/min"},
    "EXCEPTION_HANDLER": "apps.core.api.errors.exception_handler",
    "DATETIME_FORMAT": "iso-8601",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Schools24 API",
    "DESCRIPTION": "One contract for mobile clients and integrations.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # Fields of one name with different choices get the name of their choices.
    "ENUM_NAME_OVERRIDES": {
        name: f"apps.{app}.models.{name}"
        for app, names in {
            "core": ["JobState", "ScanState"],
            "academics": [
                "CustomFieldKind",
                "EnrollmentStatus",
                "RequestState",
                "RolloverDecision",
                "SectionKind",
                "SessionKind",
                "StudentStatus",
                "WaitingState",
            ],
            "facilities": ["RoomKind"],
            "timetable": ["DateKind", "Weekday"],
            "gradebook": ["MissingWork", "ScaleKind", "ScoreStatus"],
            "reports": ["DocumentKind"],
            "messaging": ["DeliveryState"],
            "interop": ["RunState"],
        }.items()
        for name in names
    },
}
