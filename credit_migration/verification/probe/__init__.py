"""Awards certificates in a scratch database, in a process of its own → what left the host, and from where."""
