"""The queries of the audit and of inference, in the SQL of a warehouse engine; needs no database."""
