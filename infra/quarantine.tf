# What the API needs to keep requests that make no valid event, for the sources of the catalog that want it.

locals {
  _quarantined = sort([for name, source in local.sources : name if source.on_invalid == "quarantine"])
  _queues      = [for name in local._quarantined : merge(module.source[name].dead_letter_queue, { source = name })]

  # Only the folder and the queues of these sources. Without such a source, nothing.
  quarantine = {
    environment = {
      # All queues are named alike, so that the environment does not grow with the sources.
      for queue in slice(local._queues, 0, min(1, length(local._queues))) :
      "QUARANTINE_QUEUE_URL" => replace(queue.url, queue.name, "${local.name}-{source}-dlq.fifo")
    }
    statements = concat(
      [for queue in local._queues : { Action = ["sqs:SendMessage"], Resource = queue.arn }],
      [
        for folder in slice(["quarantine"], 0, min(1, length(local._queues))) :
        { Action = ["s3:PutObject"], Resource = "${module.files.upload_bucket.arn}/${folder}/*" }
      ],
    )
  }
}
