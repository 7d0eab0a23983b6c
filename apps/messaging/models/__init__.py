from apps.messaging.models.notification import Delivery, DeliveryState, Notification
from apps.messaging.models.preference import ANY_KIND, Preference

__all__ = ["ANY_KIND", "Delivery", "DeliveryState", "Notification", "Preference"]
