import gc

from credit_migration.management.memory import start_up_uncollected


def test_the_start_is_left_alone_meanwhile():
    assert gc.get_freeze_count() < 1_000
    with start_up_uncollected():
        assert gc.get_freeze_count() > 10_000
    assert gc.get_freeze_count() == 0


def test_objects_that_were_frozen_before_stay_frozen():
    gc.freeze()
    try:
        with start_up_uncollected():
            pass
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
