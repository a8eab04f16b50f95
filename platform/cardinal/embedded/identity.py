"""Who the embedded servers run as.

Postgres refuses to run as root, and the folder of a root-owned clone (say under `/root`, mode 0700) may be
closed to everyone else. So a root start drops to an ordinary account and keeps one single capability, the one
that lets it walk through closed folders. Where that is not possible, a user namespace in which root carries
another number serves; where neither is, a plain change of account. `choose_identity` tries them for real, in
that order.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cardinal.embedded.errors import EmbeddedError

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_SET_SECUREBITS = 28
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
# Without this bit access(2) judges a process with a non-root real uid as if it had no capability,
# and initdb asks access(2) whether it may run its own neighbours.
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_CLONE_NEWUSER = 0x10000000
_CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2

# Preferred first: an account of Cardinal's own keeps its files apart from other programs' that run as nobody.
_ACCOUNTS = ("cardinal", "nobody")
_NAMESPACE_UID = 65534

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Identity:
    """An account for child processes, and how a freshly forked child becomes it.

    `same`: stay who we are. `account`: change to `uid`/`gid`, keeping `capability` if given.
    `namespace`: stay who we are outside, but carry `uid` inside a user namespace.
    """

    kind: Literal["same", "account", "namespace"]
    uid: int
    gid: int
    capability: int | None = None

    @property
    def owner(self) -> tuple[int, int]:
        """The (uid, gid) that this process sees on the files of the child."""
        return (self.uid, self.gid) if self.kind == "account" else (os.geteuid(), os.getegid())

    def assume(self) -> None:
        """Become this identity. To be called between fork and exec. Raises OSError when it is refused."""
        if self.kind == "account":
            _change_account(self.uid, self.gid, self.capability)
        elif self.kind == "namespace":
            _enter_namespace(self.uid)


def same_identity() -> Identity:
    """The account of this very process."""
    return Identity(kind="same", uid=os.geteuid(), gid=os.getegid())


def choose_identity(*, program: Path, folder: Path) -> Identity:
    """The first identity that can really run `program` and walk into `folder`, and that is not root.

    Raises EmbeddedError when there is none.
    """
    for identity in _candidates():
        if _works(identity, program=program, folder=folder):
            return identity
    if os.geteuid() == 0:
        raise EmbeddedError(
            "Postgres must not run as root, and this machine lets root change to no other account; "
            "run Cardinal as an ordinary user."
        )
    raise EmbeddedError(
        f"Postgres needs an account for user id {os.geteuid()}; add one to /etc/passwd, "
        "or run Cardinal as another user."
    )


def child_setup(
    identity: Identity, *, death_signal: int, extra: Callable[[], None] | None = None
) -> Callable[[], None]:
    """What a child runs between fork and exec: become `identity`, and die with its parent.

    `death_signal` reaches the child when the thread that started it ends, however that comes about.
    """
    parent = os.getpid()

    def setup() -> None:
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        identity.assume()
        if _libc is not None:
            _prctl(_PR_SET_NO_NEW_PRIVS, 1)
            # After the change of account: the kernel forgets this setting with every change of credentials.
            _prctl(_PR_SET_PDEATHSIG, death_signal)
            if os.getppid() != parent:
                os._exit(0)
        if extra is not None:
            extra()

    return setup


def end_with_parent(number: int) -> None:
    """Have the kernel send this process the signal `number` when its parent ends; only Linux can."""
    if _libc is not None:
        _prctl(_PR_SET_PDEATHSIG, number)


def _candidates() -> Iterable[Identity]:
    namespace = Identity(kind="namespace", uid=_NAMESPACE_UID, gid=_NAMESPACE_UID)
    if os.geteuid() != 0:
        if _has_account(os.geteuid()):
            yield same_identity()
        yield namespace
        return
    account = next((entry for name in _ACCOUNTS if (entry := _account(name))), None)
    if account is not None:
        for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
            yield Identity(kind="account", uid=account.pw_uid, gid=account.pw_gid, capability=capability)
    yield namespace
    if account is not None:
        yield Identity(kind="account", uid=account.pw_uid, gid=account.pw_gid)


def _works(identity: Identity, *, program: Path, folder: Path) -> bool:
    if identity.kind == "same":
        return True
    if _libc is None and (identity.capability is not None or identity.kind == "namespace"):
        return False

    def reach() -> None:
        if not (os.access(program, os.R_OK | os.X_OK) and os.access(folder, os.X_OK)):
            raise PermissionError(str(folder))

    try:
        done = subprocess.run(
            [str(program), "--version"],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=child_setup(identity, death_signal=signal.SIGKILL, extra=reach),
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _account(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _has_account(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _change_account(uid: int, gid: int, capability: int | None) -> None:
    if capability is not None:
        _prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP)
        _prctl(_PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if capability is not None:
        _keep_only(capability)
        _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability)


def _enter_namespace(uid: int) -> None:
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    libc = _linux()
    if libc.unshare(_CLONE_NEWUSER) != 0:
        _raise_errno("unshare")
    # The kernel lets an unprivileged process map its group only after it has given up setgroups.
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{uid} {outer_gid} 1")


def _keep_only(capability: int) -> None:
    bit = 1 << capability
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    # Two words for each of 64 capabilities: effective, permitted, inheritable; ours are all in the low one.
    data = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    if _linux().capset(ctypes.byref(header), ctypes.byref(data)) != 0:
        _raise_errno("capset")


def _prctl(option: int, *arguments: int) -> None:
    words = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    if _linux().prctl(ctypes.c_int(option), *words) != 0:
        _raise_errno("prctl")


def _linux() -> ctypes.CDLL:
    if _libc is None:
        raise OSError("only Linux has this")
    return _libc


def _raise_errno(call: str) -> None:
    number = ctypes.get_errno()
    raise OSError(number, f"{call}: {os.strerror(number)}")
