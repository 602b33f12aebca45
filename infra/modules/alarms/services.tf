# Alarms on the AWS services between the functions: API Gateway, DynamoDB and SNS.

locals {
  _service_alarm = {
    statistic          = "Sum", comparison_operator = "GreaterThanThreshold", threshold = 0
    period_seconds     = 300, evaluation_periods = 3, datapoints_to_alarm = 2
    treat_missing_data = "notBreaching" # These metrics have data only when something happens.
  }
  _stage = { ApiName = var.monitored.api.api, Stage = var.monitored.api.stage }

  service_alarms = merge(
    { "api-fails" = merge(local._service_alarm, {
      alarm_kind = "api-fails"
      description = join(" ", [
        "The API returned 5xx for more than ${var.alarms.api_5xx} requests in five minutes.",
        "Senders must retry these requests; accepted events are safe.",
      ])
      command    = format(local.read_function_log, var.monitored.functions.api)
      namespace  = "AWS/ApiGateway"
      metric     = "5XXError"
      dimensions = local._stage
      threshold  = var.alarms.api_5xx
    }) },
    { for name, topic in var.monitored.topics : "${name}-deliveries-fail" => merge(local._service_alarm, {
      alarm_kind = "deliveries-fail"
      description = join(" ", [
        "The topic ${topic} could not deliver messages to a queue. The dead-letter queue of the source, subscriber or search keeps them.",
        "Messages for the unrouted queue are lost.",
      ])
      command    = ".venv/bin/ingest dlq list --reason undelivered --env ${var.environment}"
      namespace  = "AWS/SNS"
      metric     = "NumberOfNotificationsFailed"
      dimensions = { TopicName = topic }
      # SNS has already retried.
      evaluation_periods  = 1
      datapoints_to_alarm = 1
    }) },
  )

  service_math_alarms = {
    "api-refuses" = {
      alarm_kind  = "api-refuses"
      description = "The API refused more than ${var.alarms.api_4xx_percent} % of all requests. Refused events are not stored."
      command     = format(local.read_function_log, var.monitored.functions.api)
      threshold   = var.alarms.api_4xx_percent
      expressions = { watched = "IF(requests >= ${var.alarms.api_4xx_minimum_requests}, 100 * FILL(refused, 0) / requests, 0)" }
      metrics = {
        requests = { namespace = "AWS/ApiGateway", metric = "Count", dimensions = local._stage }
        refused  = { namespace = "AWS/ApiGateway", metric = "4XXError", dimensions = local._stage }
      }
      period_seconds      = 300
      evaluation_periods  = 3
      datapoints_to_alarm = 3
    }
    "table-throttled" = {
      alarm_kind  = "table-throttled"
      description = "DynamoDB throttles the table or an index repeatedly. Events wait in their queues and may become dead letters."
      command     = "aws dynamodb describe-table --table-name ${var.monitored.table.name} --region ${var.context.region}"
      threshold   = 0
      # An operation's metric counts throttled indexes as well, so no index needs an alarm of its own.
      expressions = { watched = join(" + ", [for operation in local.table_operations : "FILL(${lower(operation)}, 0)"]) }
      metrics = {
        for operation in local.table_operations : lower(operation) => {
          namespace  = "AWS/DynamoDB"
          metric     = "ThrottledRequests"
          dimensions = { TableName = var.monitored.table.name, Operation = operation }
        }
      }
      period_seconds      = 300
      evaluation_periods  = 3
      datapoints_to_alarm = 2
    }
  }

  # The operations that the functions call for events, readers and searches.
  table_operations = ["PutItem", "GetItem", "BatchGetItem", "Query"]
}
