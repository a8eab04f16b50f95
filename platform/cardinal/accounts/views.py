"""Signing in: a session for the browser, a token for scripts."""

from django.contrib.auth import authenticate, login, logout
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request

from cardinal.accounts.attempts import counted_attempt
from cardinal.accounts.models import User
from cardinal.api.views import ApiView, answer
from labeling.domain.errors import Kind, Refused
from labeling.shapes import objects, requests


def me_shape(user: User) -> objects.Me:
    """Return who is signed in and what they may create."""
    return objects.Me(id=user.pk, username=user.username, can_create_projects=user.is_staff)


class CredentialView(ApiView):
    """A view that checks a password. Failures are counted, so that guessing is slow."""

    permission_classes = [AllowAny]

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Look at no pass where a password is given: an old one must not stand in the way of signing in."""
        return [] if getattr(self.request, "method", None) == "POST" else super().get_authenticators()

    def person(self) -> User:
        """Return whose name and password the body holds, or refuse in words that tell neither apart."""
        body = self.body(requests.Credentials)
        address = self.request.META.get("REMOTE_ADDR", "")
        with counted_attempt(username=body.username, address=address):
            user = authenticate(self.request, username=body.username, password=body.password)
            if not isinstance(user, User):
                raise Refused("wrong_credentials", "The name or the password is wrong. Try again.")
        return user


class TokenView(CredentialView):
    @extend_schema(operation_id="auth_token", request=requests.Credentials, responses=objects.Token)
    def post(self, request: Request) -> HttpResponse:
        """Exchange a name and a password for a token."""
        token, _ = Token.objects.get_or_create(user=self.person())
        return answer(objects.Token(token=token.key))

    @extend_schema(operation_id="auth_token_revoke", responses={204: None})
    def delete(self, request: Request) -> HttpResponse:
        """Revoke the token that this request is signed with, or the one of this session's user."""
        if not isinstance(request.user, User):
            raise Refused("not_signed_in", "Sign in to go on.", kind=Kind.NOT_SIGNED_IN)
        Token.objects.filter(user=request.user).delete()
        return HttpResponse(status=204)


class LoginView(CredentialView):
    @extend_schema(operation_id="auth_login", request=requests.Credentials, responses=objects.Me)
    def post(self, request: Request) -> HttpResponse:
        """Open a session in this browser."""
        user = self.person()
        login(request._request, user)
        return answer(me_shape(user))


class LogoutView(ApiView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="auth_logout", request=None, responses={204: None})
    def post(self, request: Request) -> HttpResponse:
        """Close the session in this browser."""
        logout(request._request)
        return HttpResponse(status=204)


@method_decorator(never_cache, name="get")
class MeView(ApiView):
    permission_classes = [AllowAny]

    @extend_schema(operation_id="auth_me", responses={200: objects.Me, 401: objects.Error})
    def get(self, request: Request) -> HttpResponse:
        """Say who is signed in, and leave the CSRF cookie that signing in needs."""
        get_token(request._request)
        if not isinstance(request.user, User):
            raise Refused("not_signed_in", "Sign in to go on.", kind=Kind.NOT_SIGNED_IN)
        return answer(me_shape(request.user))
