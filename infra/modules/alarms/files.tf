# Alarms on uploaded files: a file was refused, or the events of a file were lost.

locals {
  _file_alarm = {
    namespace          = var.context.name, statistic = "Sum", comparison_operator = "GreaterThanThreshold", threshold = 0
    period_seconds     = 300, evaluation_periods = 1, datapoints_to_alarm = 1
    treat_missing_data = "notBreaching" # The functions print these metrics only when it happens.
  }
  _file_sources = setsubtract(keys(var.monitored.sources), ["operator"]) # The operator uploads no files.

  file_alarms = merge(
    # Files in a folder that belongs to no source count for `files`.
    { for name in setunion(local._file_sources, ["files"]) : "${name}-files-refused" => merge(local._file_alarm, {
      alarm_kind  = "files-refused"
      description = "${name}: an uploaded file, or the rest of it, was refused. The rows that were not read are not stored."
      command     = format(local.find_in_log, var.monitored.functions.extractor, "FileRefused")
      metric      = "FileRefused"
      dimensions  = { source = name }
    }) },
    { for name in local._file_sources : "${name}-files-unbalanced" => merge(local._file_alarm, {
      alarm_kind  = "files-unbalanced"
      description = "${name}: the counts of an uploaded file do not agree. Some of its rows are lost: they are neither stored nor rejected."
      command     = format(local.find_in_log, var.monitored.functions.inserter, "FileUnbalanced")
      metric      = "FileUnbalanced"
      dimensions  = { source = name }
    }) },
  )
}
