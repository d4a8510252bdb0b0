"""The file that keeps the truth."""

from __future__ import annotations

import gzip

import pytest

from credit_migration.reference_host.records.history.truth import new_truth, read_truth


@pytest.mark.parametrize("name", ["truth.csv", "truth.csv.gz"])
def test_it_is_read_as_it_was_written(tmp_path, name):
    with new_truth(tmp_path / name) as stream:
        stream.writelines(["1,7\n", "2,8\n"])

    assert read_truth(tmp_path / name) == {1: 7, 2: 8}
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_compressed_one_has_the_same_bytes_each_time(tmp_path):
    for name in ("a.gz", "b.gz"):
        with new_truth(tmp_path / name) as stream:
            stream.write("1,7\n")

    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()) == b"request_id,program_id\n1,7\n"


def interrupted(path):
    with new_truth(path) as stream:
        stream.write("1,7\n")
        raise KeyboardInterrupt


def test_an_interrupt_leaves_what_was_there(tmp_path):
    path = tmp_path / "truth.csv"
    path.write_text("before")

    with pytest.raises(KeyboardInterrupt):
        interrupted(path)

    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_another_file_is_refused(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n")

    with pytest.raises(ValueError, match=r"other\.csv does not begin with the line 'request_id,program_id'\."):
        read_truth(path)
