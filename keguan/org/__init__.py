"""The company itself: units, people, posts held from–to, the calendar's settings, notices and sign-in."""
