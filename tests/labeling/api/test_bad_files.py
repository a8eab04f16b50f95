"""Hostile and unusual files: refused by name with nothing kept, or stored so that everybody sees the same."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from PIL import Image as PillowImage
from PIL import ImageCms

from labeling.models import Image
from labeling.services.projects import project_create
from tests.factories import World, picture
from tests.labeling.helpers import Api, nothing_changes, refused, stored_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def _encoded(image: PillowImage.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _bomb(width: int, height: int) -> bytes:
    """Return a small PNG that unpacks to many pixels: one bit each, all black."""
    row = b"\0" * (1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(min(height, 200))) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _upload(world: World, name: str, content: bytes) -> object:
    return Api(world.admin).upload(f"/datasets/{world.dataset.pk}/images", [(name, content)])


def _stored(world: World, name: str, content: bytes) -> tuple[Image, PillowImage.Image]:
    """Upload one file that must be taken; return its row and the picture that everybody is shown."""
    response = _upload(world, name, content)
    assert response.status_code == 201, response.json()
    image = Image.objects.get()
    shown = Api(world.viewer).get(f"/images/{image.pk}/file")
    assert shown["Content-Type"] == image.display_media_type
    assert shown["X-Content-Type-Options"] == "nosniff"
    seen = PillowImage.open(BytesIO(b"".join(shown)))
    seen.load()
    assert seen.size == (image.width, image.height)
    assert (world.tasks[0].image.width, world.tasks[0].image.height) == seen.size
    return image, seen


TRUNCATED = picture(200, 150, kind="JPEG")[:-2000]
ANIMATED = _encoded(
    PillowImage.new("L", (8, 8)), "GIF", save_all=True, append_images=[PillowImage.new("L", (8, 8), 255)]
)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("notes.jpg", b"Dear diary, this is no photograph.\n" * 40, "not_an_image"),
        ("page.png", b"<html><script>alert(1)</script></html>", "not_an_image"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_format"),
        ("broken.jpg", TRUNCATED, "truncated_image"),
        ("header.jpg", picture(kind="JPEG")[:20], "truncated_image"),
        ("cut.png", picture()[:-500], "truncated_image"),
        ("bomb.png", _bomb(60_000, 60_000), "too_many_pixels"),
        ("strip.png", _bomb(70_000, 1), "too_many_pixels"),
        ("void.jpg", b"", "empty_file"),
        ("moving.gif", ANIMATED, "animated_image"),
        ("paper.pdf", b"%PDF-1.7\n" + b"x" * 100, "unsupported_format"),
        ("zeros.png", b"\0" * 4096, "not_an_image"),
    ],
)
def test_an_unusable_file_is_refused_by_name_and_leaves_nothing(name: str, content: bytes, code: str) -> None:
    world = World(images=0)
    api = Api(world.admin)
    with nothing_changes():
        response = api.upload(f"/datasets/{world.dataset.pk}/images", [(name, content)])
        error = refused(response, 400, "invalid_images")
    (file,) = error["details"]["files"]
    assert file == {"name": name, "code": code, "message": error["message"]}
    assert file["message"].startswith(f"“{name}” ")


def test_several_unusable_files_are_all_named() -> None:
    world = World(images=0)
    api = Api(world.admin)
    files = [("a.jpg", b"text"), ("b.jpg", b""), ("c.jpg", TRUNCATED)]
    with nothing_changes():
        error = refused(api.upload(f"/datasets/{world.dataset.pk}/images", files), 400, "invalid_images")
    assert error["message"] == "None of the 3 files could be used."
    assert [(file["name"], file["code"]) for file in error["details"]["files"]] == [
        ("a.jpg", "not_an_image"),
        ("b.jpg", "empty_file"),
        ("c.jpg", "truncated_image"),
    ]


def test_a_photo_that_lay_on_its_side_stands_upright_for_everybody() -> None:
    world = World(images=0)
    pixels = np.zeros((30, 40, 3), np.uint8)
    pixels[:10, :10] = (255, 0, 0)
    exif = PillowImage.Exif()
    exif[0x0112] = 6
    content = _encoded(PillowImage.fromarray(pixels), "JPEG", exif=exif, quality=100, subsampling=0)
    image, seen = _stored(world, "phone.jpg", content)
    assert (image.width, image.height, image.media_type) == (30, 40, "image/jpeg")
    assert seen.getexif().get(0x0112, 1) == 1
    red, black = seen.getpixel((25, 5)), seen.getpixel((5, 5))
    assert red[0] > 230
    assert max(*red[1:], *black) < 25
    with PillowImage.open(_file(image.original_key)) as original:
        assert original.getexif()[0x0112] == 6


def _file(key: str) -> BytesIO:
    from django.conf import settings  # noqa: PLC0415 - the storage's folder is this test's own

    return BytesIO((Path(settings.MEDIA_ROOT) / key).read_bytes())


def test_sixteen_bits_are_spread_over_what_a_screen_shows() -> None:
    world = World(images=0)
    values = np.linspace(1000, 3000, 64 * 48).reshape(48, 64).astype(np.uint16)
    image, seen = _stored(world, "xray.png", _encoded(PillowImage.fromarray(values), "PNG"))
    assert (seen.mode, image.display_media_type) == ("L", "image/png")
    shown = np.asarray(seen)
    assert (shown[0, 0], shown[-1, -1]) == (0, 255)
    assert (np.diff(shown.ravel().astype(int)) >= 0).all()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_grey_pictures_are_shown_as_they_are(kind: str) -> None:
    world = World(images=0)
    grey = PillowImage.fromarray(np.arange(64 * 48, dtype=np.uint16).reshape(48, 64).astype(np.uint8))
    content = _encoded(grey, kind)
    image, seen = _stored(world, "grey", content)
    assert seen.mode == "L"
    assert image.display_key == image.original_key
    assert _file(image.display_key).getvalue() == content


def test_print_colours_become_screen_colours() -> None:
    world = World(images=0)
    cyan = PillowImage.new("CMYK", (20, 10), (255, 0, 0, 0))
    image, seen = _stored(world, "print.jpg", _encoded(cyan, "JPEG", quality=100))
    red, green, blue = seen.convert("RGB").getpixel((10, 5))
    assert (seen.mode, image.display_media_type) == ("RGB", "image/jpeg")
    assert red < 30
    assert min(green, blue) > 200


def test_a_palette_with_holes_lies_on_white() -> None:
    world = World(images=0)
    flat = PillowImage.new("P", (20, 10), 1)
    flat.putpalette([0, 0, 0, 10, 200, 30])
    flat.paste(0, (0, 0, 10, 10))
    image, seen = _stored(world, "logo.png", _encoded(flat, "PNG", transparency=0))
    assert (seen.mode, image.display_media_type) == ("RGB", "image/png")
    assert (seen.getpixel((5, 5)), seen.getpixel((15, 5))) == ((255, 255, 255), (10, 200, 30))


def test_a_colour_profile_stays_with_its_colours() -> None:
    world = World(images=0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = PillowImage.Exif()
    exif[0x0112] = 3
    content = _encoded(PillowImage.new("RGB", (8, 6), (1, 2, 3)), "JPEG", exif=exif, icc_profile=profile)
    _, seen = _stored(world, "wide.jpg", content)
    assert seen.info["icc_profile"] == profile


def _form(file_name: str, content: bytes) -> tuple[bytes, str]:
    """Return a form as browsers write it: UTF-8 names in which quotes and line ends are percent-encoded."""
    head = f'--edge\r\nContent-Disposition: form-data; name="files"; filename="{file_name}"\r\n'
    body = head.encode() + b"Content-Type: image/png\r\n\r\n" + content + b"\r\n--edge--\r\n"
    return body, "multipart/form-data; boundary=edge"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("кот %22Мурка%22.png", 'кот "Мурка".png'),
        ('кот \\"Мурка\\".png', 'кот "Мурка".png'),
        ("d'Artagnan.png", "d'Artagnan.png"),
        ("猫 100%.png", "猫 100%.png"),
        ("line%0D%0Abreak.png", "linebreak.png"),
        ("../../../etc/passwd.png", "passwd.png"),
        ("C:\\\\photos\\\\cup.png", "cup.png"),
        ("a\0b.png", "ab.png"),
        ("\u202egnp.exe.png", "gnp.exe.png"),
        ("x" * 300 + ".png", "x" * 251 + ".png"),
        ("<script>alert(1)</script>.png", "script>.png"),
    ],
)
def test_a_file_keeps_its_name_for_people_and_no_path_is_made_of_it(sent: str, kept: str) -> None:
    world = World(images=0)
    body, content_type = _form(sent, picture())
    headers = Api(world.admin).headers
    response = Client().post(
        f"/api/datasets/{world.dataset.pk}/images", body, content_type=content_type, headers=headers
    )
    assert response.status_code == 201, response.json()
    image = Image.objects.get()
    assert (response.json()["images"][0]["name"], image.name) == (kept, kept)
    folder = f"images/{image.sha256[:2]}/{image.sha256}"
    assert stored_files() == {f"{folder}/original", f"{folder}/thumbnail"}


def test_a_refused_file_is_named_as_its_owner_named_it() -> None:
    world = World(images=0)
    body, content_type = _form("кот %22Мурка%22.jpg", b"miaow")
    with nothing_changes():
        headers = Api(world.admin).headers
        response = Client().post(
            f"/api/datasets/{world.dataset.pk}/images", body, content_type=content_type, headers=headers
        )
        error = refused(response, 400, "invalid_images")
    assert error["details"]["files"][0]["name"] == 'кот "Мурка".jpg'


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "multipart/form-data"),
        (b"nonsense", "multipart/form-data; boundary=edge"),
        (b"--edge\r\n", "multipart/form-data; boundary=edge"),
        (_form("a.png", picture())[0][:60], "multipart/form-data; boundary=edge"),
        (b"--edge\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--edge--\r\n",
         "multipart/form-data; boundary=edge"),
        (b"--edge\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny\r\n" * 1001 + b"--edge--\r\n",
         "multipart/form-data; boundary=edge"),
        (b"--edge\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.png\"\r\n"
         b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--edge--\r\n",
         "multipart/form-data; boundary=edge"),
    ],
    ids=["no boundary", "nonsense", "cut", "cut in a header", "no files", "too many fields", "no base64"],
)  # fmt: skip
def test_a_broken_form_is_refused(body: bytes, content_type: str) -> None:
    world = World(images=0)
    headers = Api(world.admin).headers
    with nothing_changes():
        response = Client().post(
            f"/api/datasets/{world.dataset.pk}/images", body, content_type=content_type, headers=headers
        )
        refused(response, 400, "invalid")


def test_a_project_made_later_sees_only_what_was_stored() -> None:
    world = World(images=0)
    _upload(world, "good.png", picture())
    _upload(world, "bad.png", b"bad")
    project = project_create(name="later", dataset_ids=[world.dataset.pk], labels=[], created_by=world.admin)
    assert project.tasks.count() == 1
