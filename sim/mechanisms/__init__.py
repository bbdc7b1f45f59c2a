"""What happens in a week, one file for each mechanism; :data:`sim.week.WEEK` says when."""
