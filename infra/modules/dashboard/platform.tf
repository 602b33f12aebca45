# Rows for the parts that all sources share: API, functions, table, change feed, search and files.

locals {
  _stage             = ["ApiName", var.monitored.api.api, "Stage", var.monitored.api.stage]
  _operations        = ["PutItem", "GetItem", "BatchGetItem", "Query"]
  _delivery_failures = ["NumberOfNotificationsFailed", "NumberOfNotificationsFailedToRedriveToDlq"]
  _table             = var.monitored.table.name

  # The platform's own metrics, summed over all sources.
  _request_metrics = ["PublishRetried", "EventNotTaken", "RecordRetried", "QueryAnswered", "QueryRefused", "QueryFailed"]
  _change_metrics  = ["ChangePublished", "ChangeSkipped", "ChangeRetried", "ChangeDelivered", "DeliveryRetried"]
  _search_metrics  = ["SearchAnswered", "SearchRefused", "SearchFailed"]
  _index_metrics   = ["ChangeIndexed", "ChangeNotIndexed", "ChangeIndexRetried", "IndexCommitted", "IndexSwapLost", "IndexRebuilt"]
  _file_metrics    = ["FileExtracted", "FileRefused", "FileUnbalanced", "RowAccepted", "RowRejected"]
  _totals = {
    for metric in concat(local._request_metrics, local._change_metrics, local._search_metrics, local._index_metrics, local._file_metrics) :
    metric => [{ id = lower(metric), label = metric, expression = format(local.sum_expression, "source", metric) }]
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
        title = "Latency, ms"
        metrics = [
          for line in setproduct(["Latency", "IntegrationLatency"], local.percentiles) :
          concat(["AWS/ApiGateway", line[0]], local._stage, [{ stat = line[1], label = "${line[0]} ${line[1]}" }])
        ]
      } },
      { type = "metric", width = 8, properties = {
        title   = "Retried and failed publishes; read requests"
        metrics = [for metric in local._request_metrics : local._totals[metric]]
      } },
    ] },

    { height = 1, widgets = [{ type = "text", width = 24, properties = { markdown = "## Functions" } }] },
    { height = 6, widgets = [for chart in [
      { title = "Errors", metric = "Errors", stat = "Sum" },
      { title = "Throttles", metric = "Throttles", stat = "Sum" },
      { title = "Duration, p95 in ms", metric = "Duration", stat = "p95" },
      { title = "Concurrent executions", metric = "ConcurrentExecutions", stat = "Maximum" },
      ] : { type = "metric", width = 6, properties = {
        title   = chart.title
        stat    = chart.stat
        metrics = [for name, function in var.monitored.functions : ["AWS/Lambda", chart.metric, "FunctionName", function, { label = name }]]
    } }] },

    { height = 1, widgets = [{ type = "text", width = 24, properties = { markdown = "## Table and changes" } }] },
    { height = 6, widgets = [
      { type = "metric", width = 6, properties = {
        title = "Throttled requests of the table and its indexes"
        metrics = concat([for metric in ["WriteThrottleEvents", "ReadThrottleEvents"] : concat(
          [["AWS/DynamoDB", metric, "TableName", local._table, { label = "table ${metric}" }]],
          [for index in var.monitored.table.indexes : [
            "AWS/DynamoDB", metric, "TableName", local._table, "GlobalSecondaryIndexName", index, { label = "${index} ${metric}" }
          ]],
        )]...)
      } },
      { type = "metric", width = 6, properties = {
        title = "Latency of the table, p99 in ms"
        stat  = "p99"
        metrics = [for operation in local._operations : [
          "AWS/DynamoDB", "SuccessfulRequestLatency", "TableName", local._table, "Operation", operation, { label = operation }
        ]]
      } },
      { type = "metric", width = 6, properties = {
        title = "Published and delivered changes (left), lag in ms (right)"
        metrics = concat(
          [for metric in local._change_metrics : local._totals[metric]],
          [[
            "AWS/Lambda", "IteratorAge", "FunctionName", var.monitored.functions.changes,
            { stat = "Maximum", yAxis = "right", label = "lag", color = local.orange },
          ]],
        )
      } },
      { type = "metric", width = 6, properties = {
        title = "Failed deliveries of topics, also to the dead-letter queue"
        metrics = [for line in setproduct(keys(var.monitored.topics), local._delivery_failures) :
          ["AWS/SNS", line[1], "TopicName", var.monitored.topics[line[0]], { label = "${line[0]} ${line[1]}" }]
        ]
      } },
    ] },

    { height = 1, widgets = [{ type = "text", width = 24, properties = { markdown = "## Search" } }] },
    { height = 6, widgets = [
      { type = "metric", width = 8, properties = {
        title   = "Searches"
        metrics = [for metric in local._search_metrics : local._totals[metric]]
      } },
      { type = "metric", width = 8, properties = {
        title   = "Indexed changes and commits of the index"
        metrics = [for metric in local._index_metrics : local._totals[metric]]
      } },
      { type = "metric", width = 8, properties = {
        title = "From the table to the index, in ms (left); age of the oldest change in seconds (right)"
        metrics = concat(
          [for percentile in local.percentiles : [
            var.context.name, "IndexLag", "source", "search", { stat = percentile, label = "lag ${percentile}" }
          ]],
          [concat(local.message_age, [
            var.monitored.other_queues.indexer, { stat = "Maximum", yAxis = "right", label = "oldest", color = local.orange }
          ])],
        )
      } },
    ] },

    { height = 1, widgets = [{ type = "text", width = 24, properties = { markdown = "## Files and waiting messages" } }] },
    { height = 6, widgets = [
      { type = "metric", width = 8, properties = {
        title   = "Files"
        metrics = [local._totals.FileExtracted, local._totals.FileRefused, local._totals.FileUnbalanced]
      } },
      { type = "metric", width = 8, properties = { title = "Rows", metrics = [local._totals.RowAccepted, local._totals.RowRejected] } },
      { type = "metric", width = 8, properties = {
        title = "Failed calls, failed changes and waiting deliveries"
        stat  = "Maximum"
        metrics = [for queue in concat(values(var.monitored.other_dead_letter_queues), values(var.monitored.other_queues)) :
          concat(local.queue_depth, [queue, { label = queue }])
        ]
      } },
    ] },
  ]
}
