"""For authors and CI only: run and store notebooks, make exercises, judge answers, prove it all."""
