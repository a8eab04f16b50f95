#!/usr/bin/env python
"""Run a Django management command. The package `cardinal` is importable because the project is installed."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cardinal.settings.demo")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
