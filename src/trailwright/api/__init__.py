"""The web application: `create_app` puts it together."""

from trailwright.api.app import create_app, described

__all__ = ["create_app", "described"]
