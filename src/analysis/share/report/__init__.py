"""Plan, render and publish the two shelves of reports; nothing here knows the pilot."""
