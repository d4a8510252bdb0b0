def test_the_reference_host_resends_nothing(run_command):
    status, out, err = run_command("verify_resend_removed")

    assert (status, err) == (0, "")
    assert out.startswith("Credit requests sent without the learner asking: ABSENT\n")
    assert "request_credit  credit_migration/reference_host/records/mail.py" in out
    assert "Findings: none\n--------------\n\nNext: python manage.py verify_resend_removed --probe\n" in out


def test_the_reference_host_keeps_every_decision(run_command):
    status, out, err = run_command("verify_credit_decisions")

    assert (status, err) == (0, "")
    assert out.count("  kept") == 5
    assert "Findings: none" in out
