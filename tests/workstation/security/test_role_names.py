from workstation.core.i18n import speaking
from workstation.security.permissions import roles
from workstation.security.role_names import role_name


def test_every_role_is_named_as_its_own_reader_names_it() -> None:
    assert roles()
    for key, role in roles().items():
        with speaking("zh_CN"):
            assert role_name(key) == role.zh
        with speaking("en"):
            assert role_name(key) == role.en
    assert role_name("nobody") == ""
