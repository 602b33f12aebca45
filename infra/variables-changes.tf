# Settings of the change feed and its subscribers.

variable "changes" {
  description = "How Lambda reads the table's stream: batches, parallelism, and retries before a record goes to the failures queue."
  type = object({
    batch_size                 = optional(number, 100)
    batching_window_seconds    = optional(number, 0)
    parallelization_factor     = optional(number, 2)
    maximum_retry_attempts     = optional(number, 20)
    maximum_record_age_seconds = optional(number, 3600)
  })
  default  = {}
  nullable = false
}

variable "subscribers" {
  description = "Receivers of changes by name: a FIFO queue or an HTTPS endpoint, limited to entities and kinds (default: all)."
  type = map(object({
    queue_arn = optional(string)
    url       = optional(string)
    entities  = optional(list(string))
    kinds     = optional(list(string))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.subscribers) : can(regex("^[A-Za-z][A-Za-z0-9_-]{0,19}$", name))])
    error_message = "subscribers must have names of at most 20 letters, digits, - and _ that start with a letter."
  }

  validation {
    condition     = length(distinct([for name in keys(var.subscribers) : lower(name)])) == length(var.subscribers)
    error_message = "subscribers must have names that differ by more than case."
  }

  validation {
    condition     = alltrue([for subscriber in values(var.subscribers) : (subscriber.queue_arn == null) != (subscriber.url == null)])
    error_message = "subscribers must each have either a queue_arn or a url."
  }

  validation {
    condition     = length(distinct(compact(values(var.subscribers)[*].queue_arn))) == length(compact(values(var.subscribers)[*].queue_arn))
    error_message = "subscribers must have different queue_arns: a topic has one subscription for each queue."
  }

  validation {
    condition = alltrue([
      for subscriber in values(var.subscribers) :
      subscriber.queue_arn == null || can(regex("^arn:[a-z-]+:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+[.]fifo$", subscriber.queue_arn))
    ])
    error_message = "subscribers must have the ARN of an SQS FIFO queue as queue_arn, so that the order of an entity's changes is kept."
  }

  validation {
    condition = alltrue([
      for subscriber in values(var.subscribers) :
      subscriber.url == null || can(regex("^https://[^/?#@[:space:]]+([/?][^#[:space:]]*)?$", subscriber.url)) ||
      can(regex("^http://(localhost|127[.]0[.]0[.]1|\\[::1\\])(:[0-9]+)?([/?][^#[:space:]]*)?$", subscriber.url))
    ])
    error_message = "subscribers must have a url with https://, without user name and fragment; http:// is allowed for loopback only."
  }

  validation {
    condition = alltrue([
      for subscriber in values(var.subscribers) :
      length(setsubtract(coalesce(subscriber.kinds, []), ["created", "updated", "deleted"])) == 0
    ])
    error_message = "subscribers must have kinds from created, updated and deleted."
  }

  validation {
    condition = alltrue(flatten([
      for subscriber in values(var.subscribers) : [for filter in [subscriber.kinds, subscriber.entities] : try(length(filter) > 0, true)]
    ]))
    error_message = "subscribers must have no empty entities or kinds: leave the list out to receive all."
  }
}
