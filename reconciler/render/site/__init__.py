"""A board as a static site: HTML without scripts, for any web server or none."""
