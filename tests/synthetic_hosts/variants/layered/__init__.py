"""The variants over the layered host, a module a family."""
