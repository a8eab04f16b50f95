from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cardinal.accounts"
    label = "accounts"
