"""Archives that were changed by hand, or made to harm."""

import io
import stat
from collections.abc import Collection, Mapping
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


def repacked(
    archive: bytes,
    *,
    leave_out: Collection[str] = (),
    add: Mapping[str, bytes] | None = None,
    links: Mapping[str, str] | None = None,
    under: str = "",
) -> bytes:
    """Return an archive without some members, with others, with links, and all in a folder."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in leave_out and name not in (add or {}):
                after.writestr(under + name, before.read(name))
        for name, content in (add or {}).items():
            after.writestr(under + name, content)
        for name, target in (links or {}).items():
            info = ZipInfo(under + name)
            info.create_system = 3
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            after.writestr(info, target)
    return out.getvalue()


def packed(members: Mapping[str, bytes]) -> bytes:
    """Return an archive of these files."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()
