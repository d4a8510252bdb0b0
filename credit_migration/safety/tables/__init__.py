"""Schema statements → the tables that they leave behind, as far as a later statement's lock depends on them."""
