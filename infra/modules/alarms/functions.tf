# Functions that fail or may not run. Everything is tried again, so once is nothing: twice in a quarter of an hour is.

locals {
  _runs = {
    namespace      = "AWS/Lambda", statistic = "Sum", below = false, threshold = 0
    period_seconds = 300, periods = 3, breaching = 2
    # A function that is not called tells nothing.
    missing = "notBreaching"
  }

  function_alarms = merge(
    { for name, function in var.watched.functions : "${name}-function-fails" => merge(local._runs, {
      concern    = "function-fails"
      says       = "The function ${function} fails again and again."
      metric     = "Errors"
      dimensions = { FunctionName = function }
    }) },
    # One whose runs are limited on purpose is throttled as a matter of course.
    { for name, function in var.watched.functions : "${name}-function-throttled" => merge(local._runs, {
      concern    = "function-throttled"
      says       = "The function ${function} may not run as often as it is called."
      metric     = "Throttles"
      dimensions = { FunctionName = function }
    }) if !contains(var.watched.limited_functions, name) },
    { "changes-lag" = merge(local._runs, {
      concern    = "changes-lag"
      says       = "Changes are told over ${var.alarms.iterator_age_seconds} seconds after they were stored."
      metric     = "IteratorAge"
      statistic  = "Maximum"
      threshold  = var.alarms.iterator_age_seconds * 1000
      dimensions = { FunctionName = var.watched.functions.changes }
    }) },
  )
}
