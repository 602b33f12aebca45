# AWS's own services between the functions: the gateway, the table, the topics.

locals {
  _service = {
    statistic      = "Sum", below = false, threshold = 0
    period_seconds = 300, periods = 3, breaching = 2
    # These count only what happens.
    missing = "notBreaching"
  }
  _stage = { ApiName = var.watched.api.api, Stage = var.watched.api.stage }

  service_alarms = merge(
    { "api-fails" = merge(local._service, {
      concern    = "api-fails"
      says       = "The API answers 5xx to more than ${var.alarms.api_5xx} requests in five minutes."
      namespace  = "AWS/ApiGateway"
      metric     = "5XXError"
      dimensions = local._stage
      threshold  = var.alarms.api_5xx
    }) },
    { for name, topic in var.watched.topics : "${name}-deliveries-fail" => merge(local._service, {
      concern    = "deliveries-fail"
      says       = "The topic ${topic} could not deliver to one of its queues."
      namespace  = "AWS/SNS"
      metric     = "NumberOfNotificationsFailed"
      dimensions = { TopicName = topic }
      # SNS has tried again by itself.
      periods   = 1
      breaching = 1
    }) },
  )

  share_alarms = {
    "api-refuses" = {
      concern     = "api-refuses"
      says        = "The API refuses more than ${var.alarms.api_4xx_percent} % of all requests."
      threshold   = var.alarms.api_4xx_percent
      expressions = { watched = "IF(requests >= ${var.alarms.api_4xx_minimum_requests}, 100 * FILL(refused, 0) / requests, 0)" }
      metrics = {
        requests = { namespace = "AWS/ApiGateway", metric = "Count", dimensions = local._stage }
        refused  = { namespace = "AWS/ApiGateway", metric = "4XXError", dimensions = local._stage }
      }
      period_seconds = 300
      periods        = 3
      breaching      = 3
    }
    "table-throttled" = {
      concern   = "table-throttled"
      says      = "DynamoDB throttles the table or one of its indexes again and again."
      threshold = 0
      # By operation a throttled index counts too, and every index needs no alarm of its own.
      expressions = { watched = join(" + ", [for operation in local.table_operations : "FILL(${lower(operation)}, 0)"]) }
      metrics = {
        for operation in local.table_operations : lower(operation) => {
          namespace  = "AWS/DynamoDB"
          metric     = "ThrottledRequests"
          dimensions = { TableName = var.watched.table.name, Operation = operation }
        }
      }
      period_seconds = 300
      periods        = 3
      breaching      = 2
    }
  }

  # What the functions call.
  table_operations = ["PutItem", "GetItem", "BatchGetItem", "Query"]
}
