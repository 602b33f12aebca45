# Alarms on uploaded files: a file was refused, or the events of a file were lost. Each is one alarm for all sources.

locals {
  _file_alarm = {
    namespace          = var.context.name, statistic = "Sum", comparison_operator = "GreaterThanThreshold", threshold = 0
    period_seconds     = 300, evaluation_periods = 1, datapoints_to_alarm = 1
    treat_missing_data = "notBreaching" # The functions print these metrics only when it happens.
    dimensions         = {}             # The sum of all sources has no dimensions.
  }

  file_alarms = {
    "files-refused" = merge(local._file_alarm, {
      alarm_kind = "files-refused"
      description = join(" ", [
        "An uploaded file, or the rest of it, was refused. The rows that were not read are not stored.",
      ])
      command = format(local.list_files, "refused")
      metric  = "FileRefused"
    })
    "files-unbalanced" = merge(local._file_alarm, {
      alarm_kind = "files-unbalanced"
      description = join(" ", [
        "The counts of an uploaded file do not agree. Some of its rows are lost: they are neither stored nor rejected.",
      ])
      command = format(local.list_files, "unbalanced")
      metric  = "FileUnbalanced"
    })
  }
}
