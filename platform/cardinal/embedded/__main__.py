"""`python -m cardinal.embedded serve`: serve Cardinal on this machine until told to stop."""

from __future__ import annotations

import argparse
import errno
import signal
import sys

from cardinal.embedded.errors import EmbeddedError
from cardinal.embedded.identity import end_with_parent
from cardinal.embedded.serve import options_from_environment, report_error, say, serve
from cardinal.embedded.supervisor import StopRequestedError
from cardinal.settings.environment import data_folder


def main(arguments: list[str]) -> int:
    """Run the command line. Returns 0 after a wanted stop, 1 when something has to be mended."""
    parser = argparse.ArgumentParser(prog="python -m cardinal.embedded", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("serve", help="serve until Ctrl-C, SIGTERM or SIGHUP")
    verb.add_argument(
        "--end-with-parent", action="store_true", help="stop too when the process that started this one ends"
    )
    chosen = parser.parse_args(arguments)
    if chosen.end_with_parent:
        end_with_parent(signal.SIGTERM)
    try:
        options = options_from_environment(data_folder())
        serve(options)
    except (StopRequestedError, KeyboardInterrupt):
        say("Cardinal has stopped; everything is kept in the data folder.")
        return 0
    except EmbeddedError as error:
        report_error(str(error))
    except OSError as error:
        hint = "free some space" if error.errno == errno.ENOSPC else "mend that"
        report_error(f"{error}; {hint} and start again.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
