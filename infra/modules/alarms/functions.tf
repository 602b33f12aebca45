# Alarms on functions that fail or are throttled. Every call is retried, so an alarm needs two bad periods in 15 minutes.

locals {
  _function_alarm = {
    namespace          = "AWS/Lambda", statistic = "Sum", comparison_operator = "GreaterThanThreshold", threshold = 0
    period_seconds     = 300, evaluation_periods = 3, datapoints_to_alarm = 2
    treat_missing_data = "notBreaching" # Lambda reports no data while nobody calls the function.
  }

  _queue_functions = [for consumed in values(local.consumed_queues) : consumed.function]
  _consumers       = concat(local._queue_functions, [var.monitored.functions.changes])

  function_alarms = merge(
    { for name, function in var.monitored.functions : "${name}-function-fails" => merge(local._function_alarm, {
      alarm_kind  = "function-fails"
      description = "The function ${function} fails repeatedly. The queue, the stream, Lambda or the sender retries the failed work."
      # The status names the error of a function that consumes a queue or the stream.
      command    = contains(local._consumers, function) ? local.show_status : format(local.read_function_log, function)
      metric     = "Errors"
      dimensions = { FunctionName = function }
    }) },
    # A function with a concurrency limit of its own is throttled in normal operation. If one that consumes a queue is throttled, its
    # messages wait, and messages-wait starts. All others use the concurrency that the account does not reserve.
    { for name, function in var.monitored.functions : "${name}-function-throttled" => merge(local._function_alarm, {
      alarm_kind  = "function-throttled"
      description = "Lambda throttles the function ${function}. Processing is late, and no data is lost while calls are retried."
      command     = "aws lambda get-account-settings --region ${var.context.region}"
      metric      = "Throttles"
      dimensions  = { FunctionName = function }
    }) if !contains(var.monitored.limited_functions, name) && !contains(local._queue_functions, function) },
    { "changes-lag" = merge(local._function_alarm, {
      alarm_kind = "changes-lag"
      description = join(" ", [
        "Changes are published more than ${var.alarms.iterator_age_seconds} seconds after they are stored.",
        "Subscribers see old data; the stream keeps a change for 24 hours.",
      ])
      command    = format(local.read_function_log, var.monitored.functions.changes)
      metric     = "IteratorAge"
      statistic  = "Maximum"
      threshold  = var.alarms.iterator_age_seconds * 1000
      dimensions = { FunctionName = var.monitored.functions.changes }
    }) },
  )
}
