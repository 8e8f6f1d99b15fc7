import re
from pathlib import Path

import mentorkit_widgets
import pytest
from mentorkit_widgets.components.assets import script, style
from mentorkit_widgets.components.icons import ICONS, LOOKS, icon_markup

STATIC = Path(mentorkit_widgets.__file__).parent / "components" / "static"
SCRIPTS = sorted(path.stem for path in STATIC.glob("*.js") if path.stem != "common")


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_component_is_one_module_that_fetches_nothing(name):
    module = script(name)
    assert module.count("export default { render }") == 1
    assert not re.search(r"\bimport\b|https?://(?!www\.w3\.org/2000/svg)|innerHTML", module)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_component_draws_only_signs_that_exist(name):
    assert set(re.findall(r'\bicon\("(\w+)"\)', script(name))) <= ICONS.keys()


def test_what_is_shared_stands_once_in_front_of_each():
    assert script("form").count("const uniqueId") == 1
    assert style("form").index(".mkw {") < style("form").index(".mkf {")


def test_every_status_has_a_sign_of_its_own():
    signs = [icon for icon, _ in LOOKS.values()]
    assert len(set(signs)) == len(signs)
    assert 'aria-hidden="true"' in icon_markup("lock")
