# What the functions' lines count, as metrics: a filter of a function's log for each metric and set of dimensions.

locals {
  # By kind of function, what its lines tell: of a source alone, and what they tell by entity or by reason too.
  told = {
    api        = { source = ["EventNotTaken", "PublishRetried"], entity = ["EventAccepted"], reason = ["EventRejected"] }
    changes    = { source = ["ChangePublished", "ChangeRetried", "ChangeSkipped", "PublishRetried"] }
    extractor  = { source = ["FileExtracted", "FileRefused", "RowAccepted", "RowRejected"] }
    inserter   = { source = ["EventNotTaken", "PublishRetried"], entity = ["EventAccepted"] }
    query      = { source = ["QueryAnswered", "QueryFailed", "QueryRefused"] }
    subscriber = { source = ["ChangeDelivered", "DeliveryRetried"] }
    worker = {
      source = ["EventRedriven", "RecordRetried"]
      entity = ["EventDuplicated", "EventStored", "EventSuperseded", "LagFromEvent", "LagFromReceipt"]
      reason = ["EventDeadLettered"]
    }
  }
  milliseconds = ["LagFromEvent", "LagFromReceipt"]

  # What has an entity or a reason is counted with and without it.
  _dimensions = { source = [["source"]], entity = [["source"], ["source", "entity"]], reason = [["source"], ["source", "reason"]] }

  # sourceA-worker is a worker.
  kinds = { for function in keys(var.functions) : function => reverse(split("-", function))[0] }

  filters = merge(flatten([
    for function, kind in local.kinds : [
      for label, metrics in local.told[kind] : [
        for metric in metrics : [
          for dimensions in local._dimensions[label] : {
            "${function} ${metric} by ${join(", ", dimensions)}" = { function = function, metric = metric, dimensions = dimensions }
          }
        ]
      ]
    ]
  ])...)
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.filters

  name           = "${each.value.metric} by ${join(", ", each.value.dimensions)}"
  log_group_name = "/aws/lambda/${var.functions[each.value.function]}"
  # Every key that is read must be there: AWS does not say what becomes of a metric whose dimension is missing.
  # To a line where one is a list the filter does not apply.
  pattern = "{ ${join(" && ", [for key in concat([each.value.metric], each.value.dimensions) : "($.${key} = *)"])} }"

  metric_transformation {
    namespace  = var.namespace
    name       = each.value.metric
    value      = "$.${each.value.metric}"
    unit       = contains(local.milliseconds, each.value.metric) ? "Milliseconds" : "Count"
    dimensions = { for key in each.value.dimensions : key => "$.${key}" }
  }
}
