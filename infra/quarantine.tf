# What the API needs to keep requests that make no valid event, for the sources of the catalog with `on_invalid: quarantine`.

locals {
  _quarantined   = [for name, source in local.sources : module.source[name].dead_letter_queue if source.on_invalid == "quarantine"]
  has_quarantine = length(local._quarantined) > 0

  # Only the folder and the queues of these sources. Without such a source, nothing.
  quarantine = {
    environment = local.has_quarantine ? {
      # All queues are named alike, so that the environment does not grow with the sources.
      QUARANTINE_QUEUE_URL = replace(local._quarantined[0].url, local._quarantined[0].name, "${local.name}-{source}-dlq.fifo")
    } : {}
    statements = local.has_quarantine ? concat(
      [for queue in local._quarantined : { Action = ["sqs:SendMessage"], Resource = queue.arn }],
      [{ Action = ["s3:PutObject"], Resource = "${module.files.upload_bucket.arn}/quarantine/*" }],
    ) : []
  }
}
