"""Objects that the host has loaded → what their source does when they are called, and who calls them."""
