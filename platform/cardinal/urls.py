"""The site's addresses: health, the API, and the page for everything else."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from cardinal.accounts import views as accounts
from cardinal.api.errors import bad_request, not_found, server_error
from cardinal.api.frontend import index
from cardinal.api.health import healthz, readyz

handler400 = bad_request
handler404 = not_found
handler500 = server_error

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/auth/token", accounts.TokenView.as_view()),
    path("api/auth/login", accounts.LoginView.as_view()),
    path("api/auth/logout", accounts.LogoutView.as_view()),
    path("api/auth/me", accounts.MeView.as_view()),
    path("api/", include("labeling.api.urls")),
    # Unknown addresses below these prefixes are errors, never the page.
    re_path(r"^(?!api/|assets/|ws/|static/|healthz|readyz).*$", index),
]
