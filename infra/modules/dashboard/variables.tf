variable "context" {
  description = "The shared settings that this module reads."
  type = object({
    name   = string
    region = string
  })
  nullable = false
}

variable "watched" {
  description = "What the dashboard shows, by the names that metrics have: lanes by source, other queues, functions, API, table, topics."
  type = object({
    lanes = map(object({
      queue             = string
      dead_letter_queue = string
      entities          = list(string)
    }))
    unrouted_queue           = string
    other_dead_letter_queues = map(string)
    delivery_queues          = map(string)
    functions                = map(string)
    api                      = object({ api = string, stage = string })
    table                    = object({ name = string, indexes = list(string) })
    topics                   = map(string)
  })
  nullable = false
}

variable "alarm_arns" {
  description = "The alarms whose state is shown."
  type        = list(string)
  nullable    = false
}
