"""The addresses below `/api/`."""

from django.urls import path

from labeling.api import datasets, exports, projects, tasks

urlpatterns = [
    path("datasets", datasets.DatasetListView.as_view()),
    path("datasets/<int:dataset_id>", datasets.DatasetView.as_view()),
    path("datasets/<int:dataset_id>/images", datasets.DatasetImagesView.as_view()),
    path("images/<int:image_id>/file", datasets.ImageFileView.as_view()),
    path("images/<int:image_id>/thumbnail", datasets.ImageThumbnailView.as_view()),
    path("projects", projects.ProjectListView.as_view()),
    path("projects/<int:project_id>", projects.ProjectView.as_view()),
    path("projects/<int:project_id>/labels", projects.LabelListView.as_view()),
    path("labels/<int:label_id>", projects.LabelView.as_view()),
    path("projects/<int:project_id>/members", projects.MemberListView.as_view()),
    path("projects/<int:project_id>/members/<int:user_id>", projects.MemberView.as_view()),
    path("projects/<int:project_id>/audit", projects.AuditView.as_view()),
    path("projects/<int:project_id>/tasks", tasks.TaskListView.as_view()),
    path("projects/<int:project_id>/tasks/next", tasks.TaskNextView.as_view()),
    path("tasks/<int:task_id>", tasks.TaskView.as_view()),
    path("tasks/<int:task_id>/lease", tasks.TaskLeaseView.as_view()),
    path("tasks/<int:task_id>/segment", tasks.TaskSegmentView.as_view()),
    path("tasks/<int:task_id>/annotations", tasks.TaskAnnotationsView.as_view()),
    path("tasks/<int:task_id>/submit", tasks.TaskSubmitView.as_view()),
    path("tasks/<int:task_id>/accept", tasks.TaskAcceptView.as_view()),
    path("tasks/<int:task_id>/request-changes", tasks.TaskRequestChangesView.as_view()),
    path("annotations/<int:annotation_id>", tasks.AnnotationView.as_view()),
    path("projects/<int:project_id>/exports", exports.ExportListView.as_view()),
    path("exports/<int:export_id>", exports.ExportView.as_view()),
    path("exports/<int:export_id>/cancel", exports.ExportCancelView.as_view()),
    path("exports/<int:export_id>/file", exports.ExportFileView.as_view()),
]
