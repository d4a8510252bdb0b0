"""Which program a legacy row could mean, with the evidence; reported, never filled."""
