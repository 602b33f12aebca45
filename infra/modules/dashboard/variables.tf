variable "context" {
  description = "The shared settings that this module reads."
  type        = object({ name = string, region = string, partition = string })
  nullable    = false
}

variable "environment" {
  description = "The environment's name, as commands take it."
  type        = string
  nullable    = false
}

variable "monitored" {
  description = "The resources that the dashboard shows, by the names that their metrics use."
  type = object({
    sources                  = map(object({ queue = string, dead_letter_queue = string, entities = list(string) }))
    unrouted_queue           = string
    other_dead_letter_queues = map(string)
    other_queues             = map(string)
    functions                = map(string)
    api                      = object({ api = string, stage = string })
    table                    = object({ name = string, indexes = list(string) })
    topics                   = map(string)
  })
  nullable = false
}

variable "alarm_arns" {
  description = "The alarms whose state the dashboard shows."
  type        = list(string)
  nullable    = false
}
