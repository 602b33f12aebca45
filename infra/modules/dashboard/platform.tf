# What all sources share: the API, the functions, the table, the change feed, dropped files.

locals {
  _stage       = ["ApiName", var.watched.api.api, "Stage", var.watched.api.stage]
  _percentiles = ["p50", "p95", "p99"]
  _operations  = ["PutItem", "GetItem", "BatchGetItem", "Query"]
  _losses      = ["NumberOfNotificationsFailed", "NumberOfNotificationsFailedToRedriveToDlq"]
  _table       = var.watched.table.name

  # Our own counts, all sources together.
  _posts   = ["PublishRetried", "EventNotTaken", "RecordRetried", "QueryAnswered", "QueryRefused", "QueryFailed"]
  _changes = ["ChangePublished", "ChangeSkipped", "ChangeRetried", "ChangeDelivered", "DeliveryRetried"]
  _files   = ["FileExtracted", "FileRefused", "RowAccepted", "RowRejected"]
  _totals = {
    for metric in concat(local._posts, local._changes, local._files) :
    metric => [{ id = lower(metric), label = metric, expression = format(local.sum_of_all, "source", metric) }]
  }

  platform_rows = [
    { height = 1, widgets = [{ type = "text", width = 24, properties = { markdown = "## API" } }] },
    { height = 6, widgets = [
      { type = "metric", width = 8, properties = {
        title = "Requests"
        metrics = [
          concat(["AWS/ApiGateway", "Count"], local._stage, [{ label = "all" }]),
          concat(["AWS/ApiGateway", "4XXError"], local._stage, [{ label = "4xx", color = local.orange }]),
          concat(["AWS/ApiGateway", "5XXError"], local._stage, [{ label = "5xx", color = local.red }]),
        ]
      } },
      { type = "metric", width = 8, properties = {
        title = "Time to answer, ms"
        metrics = [
          for it in setproduct(["Latency", "IntegrationLatency"], local._percentiles) :
          concat(["AWS/ApiGateway", it[0]], local._stage, [{ stat = it[1], label = "${it[0]} ${it[1]}" }])
        ]
      } },
      { type = "metric", width = 8, properties = {
        title   = "Tried again, not taken; readers"
        metrics = [for metric in local._posts : local._totals[metric]]
      } },
    ] },

    { height = 1, widgets = [{ type = "text", width = 24, properties = { markdown = "## Functions" } }] },
    { height = 6, widgets = [for it in [
      { title = "Errors", metric = "Errors", stat = "Sum" },
      { title = "Throttles", metric = "Throttles", stat = "Sum" },
      { title = "Duration, p95 in ms", metric = "Duration", stat = "p95" },
      { title = "Runs at once", metric = "ConcurrentExecutions", stat = "Maximum" },
      ] : { type = "metric", width = 6, properties = {
        title   = it.title
        stat    = it.stat
        metrics = [for name, function in var.watched.functions : ["AWS/Lambda", it.metric, "FunctionName", function, { label = name }]]
    } }] },

    { height = 1, widgets = [{ type = "text", width = 24, properties = { markdown = "## Table and changes" } }] },
    { height = 6, widgets = [
      { type = "metric", width = 6, properties = {
        title = "Throttled, on the table and its indexes"
        metrics = concat([for metric in ["WriteThrottleEvents", "ReadThrottleEvents"] : concat(
          [["AWS/DynamoDB", metric, "TableName", local._table, { label = "table ${metric}" }]],
          [for index in var.watched.table.indexes : [
            "AWS/DynamoDB", metric, "TableName", local._table, "GlobalSecondaryIndexName", index, { label = "${index} ${metric}" }
          ]],
        )]...)
      } },
      { type = "metric", width = 6, properties = {
        title = "Time of the table's answers, p99 in ms"
        stat  = "p99"
        metrics = [for operation in local._operations : [
          "AWS/DynamoDB", "SuccessfulRequestLatency", "TableName", local._table, "Operation", operation, { label = operation }
        ]]
      } },
      { type = "metric", width = 6, properties = {
        title = "Changes told, delivered (left); how late, in ms (right)"
        metrics = concat(
          [for metric in local._changes : local._totals[metric]],
          [[
            "AWS/Lambda", "IteratorAge", "FunctionName", var.watched.functions.changes,
            { stat = "Maximum", yAxis = "right", label = "late", color = local.orange },
          ]],
        )
      } },
      { type = "metric", width = 6, properties = {
        title = "Not delivered by a topic; lost for good"
        metrics = [for it in setproduct(keys(var.watched.topics), local._losses) :
          ["AWS/SNS", it[1], "TopicName", var.watched.topics[it[0]], { label = "${it[0]} ${it[1]}" }]
        ]
      } },
    ] },

    { height = 1, widgets = [{ type = "text", width = 24, properties = { markdown = "## Files, and what else waits" } }] },
    { height = 6, widgets = [
      { type = "metric", width = 8, properties = { title = "Files", metrics = [local._totals.FileExtracted, local._totals.FileRefused] } },
      { type = "metric", width = 8, properties = { title = "Rows", metrics = [local._totals.RowAccepted, local._totals.RowRejected] } },
      { type = "metric", width = 8, properties = {
        title = "Failed calls, changes and deliveries that wait"
        stat  = "Maximum"
        metrics = [for queue in concat(values(var.watched.other_dead_letter_queues), values(var.watched.delivery_queues)) :
          concat(local.waiting, [queue, { label = queue }])
        ]
      } },
    ] },
  ]
}
