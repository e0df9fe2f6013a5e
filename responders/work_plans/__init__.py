"""Work plans (工作要点、任务分解表): numbered tasks with their units, as offices write and web pages mangle them."""
