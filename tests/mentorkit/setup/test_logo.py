"""Logos: nothing of a file is kept but its picture."""

from __future__ import annotations

import zlib
from io import BytesIO

import pytest
from PIL import Image

from mentorkit.errors import NotAllowed, NotFound, UsageError
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Grant, Logo
from mentorkit.setup import logo
from mentorkit.store import Store
from mentorkit.workbench import Workbench

ME = sole_actor("me")
P = "cross-administration"


def drawn(width=40, height=20, form="PNG", mode="RGB", **more) -> bytes:
    written = BytesIO()
    Image.new(mode, (width, height), "#1a4b8c" if mode != "L" else 100).save(written, format=form, **more)
    return written.getvalue()


@pytest.fixture
def store():
    made = Store.create()
    bench = Workbench.of(made, "me")
    bench.add(P)
    bench.add("cross-company")
    yield made
    made.close()


@pytest.mark.parametrize(
    "content",
    [drawn(), drawn(form="JPEG"), drawn(form="JPEG", mode="CMYK"), drawn(mode="P"), drawn(mode="L"),
     drawn(2000, 1000)],
)  # fmt: skip
def test_a_picture_comes_out_as_a_small_png_and_always_the_same(content):
    found = logo.redrawn(content)
    assert found == logo.redrawn(content)
    with Image.open(BytesIO(found)) as picture:
        assert picture.format == "PNG"
        assert picture.width <= logo.BOX[0]
        assert picture.height <= logo.BOX[1]
        assert abs(picture.width / picture.height - 2) < 0.01


def test_what_hides_in_a_file_is_gone():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "<script>alert(1)</script>")
    hiding = drawn(pnginfo=info) + b"<script>alert(2)</script>"
    assert b"script" in hiding
    assert b"script" not in logo.redrawn(hiding)
    photo = Image.Exif()
    photo[0x010E] = "<script>"
    assert b"script" not in logo.redrawn(drawn(form="JPEG", exif=photo, comment=b"<script>"))


def bomb() -> bytes:
    """A PNG that says it has a million by a million pixels."""
    head = (10**6).to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
    chunk = b"IHDR" + head
    size = (13).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + size + chunk + zlib.crc32(chunk).to_bytes(4, "big") + drawn()[33:]


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
     drawn(form="GIF"), drawn(form="BMP"), drawn(form="TIFF"), drawn()[:60], bomb(), b"%PDF-1.7",
     b"\x89PNG\r\n\x1a\n" + b"x" * 100, b"x" * (logo.LARGEST + 1)],
)  # fmt: skip
def test_what_is_no_sound_picture_is_refused_in_a_sentence(content):
    with pytest.raises(UsageError, match=r"Bild|Datei|Logo"):
        logo.redrawn(content)


def test_a_logo_is_kept_once_and_shown_once_the_settings_name_it(store):
    from dataclasses import replace

    from mentorkit.setup import service

    key = logo.put(store, ME, P, drawn())
    assert logo.put(store, ME, P, drawn()) == key
    with store.read() as reader:
        assert len(reader.all(Logo)) == 1
    assert logo.logo_of(store, ME, P) is None
    now = service.change_of(store, ME, P)
    saved = service.save(store, ME, replace(now, settings=now.settings.model_copy(update={"logo": key})))
    assert logo.logo_of(store, ME, P) == logo.redrawn(drawn())
    service.undo(store, ME, P, saved.version)
    assert logo.logo_of(store, ME, P) is None


def test_a_logo_belongs_to_one_programme_and_only_its_lead_changes_it(store):
    key = logo.put(store, ME, P, drawn())
    assert logo.picture(store, ME, "cross-company", key) is None
    assert logo.put(store, ME, "cross-company", drawn()) != key
    reader = Actor("eva", (Grant(id="G", user_id="eva", role="evaluator", programme_id=P),))
    assert logo.picture(store, reader, P, key)
    with pytest.raises(NotAllowed):
        logo.put(store, reader, P, drawn())
    with pytest.raises(NotAllowed):
        logo.picture(store, reader, "cross-company", key)
    with pytest.raises(NotFound):
        logo.put(store, ME, "nowhere", drawn())
