"""The OpenAPI document."""
from drf_spectacular.openapi import AutoSchema


class EnvelopeSchema(AutoSchema):
    """Shows each answer in its envelope."""
