"""The labelling domain: data sets, projects, tasks, proposals, annotations, review, export."""
