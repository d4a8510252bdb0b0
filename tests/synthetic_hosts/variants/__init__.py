"""All variants, a module a family."""

from tests.synthetic_hosts.overlay import Variant
from tests.synthetic_hosts.variants import (
    by_python,
    calls,
    carried,
    channels,
    elsewhere,
    everyday,
    fifth,
    fifth_gone,
    fourth,
    gone,
    handed,
    lawful,
    lazily,
    leftovers,
    more_calls,
    reading,
    schedules,
    second_calls,
    second_gone,
    second_ways,
    sixth,
    sixth_gone,
    sixth_layered,
    sixth_more,
    spelled,
    suspended,
    switches,
    third_gone,
    third_reading,
    third_services,
    third_ways,
    twins,
    undecidable,
    wiring,
)
from tests.synthetic_hosts.variants.layered import calls as layered_calls
from tests.synthetic_hosts.variants.layered import framework as layered_framework
from tests.synthetic_hosts.variants.layered import gone as layered_gone
from tests.synthetic_hosts.variants.layered import library as layered_library
from tests.synthetic_hosts.variants.layered import machinery as layered_machinery
from tests.synthetic_hosts.variants.layered import process as layered_process
from tests.synthetic_hosts.variants.layered import taken_off as layered_taken_off
from tests.synthetic_hosts.variants.layered import undecidable as layered_undecidable
from tests.synthetic_hosts.variants.layered import ways as layered_ways

FAMILIES = (
    *(calls, more_calls, wiring, reading, channels, schedules, switches, gone, leftovers, undecidable),
    *(second_calls, second_ways, second_gone),
    *(third_services, third_reading, third_ways, third_gone),
    fourth,
    fifth,
    *(layered_framework, layered_process, layered_taken_off),
    *(layered_calls, layered_library, layered_ways, layered_gone, layered_undecidable),
    fifth_gone,
    *(sixth, sixth_gone, sixth_layered, sixth_more),
    *(suspended, by_python, lawful, spelled, twins, layered_machinery, elsewhere, carried, handed, everyday, lazily),
)
VARIANTS: tuple[Variant, ...] = tuple(variant for family in FAMILIES for variant in family.VARIANTS)
