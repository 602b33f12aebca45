variable "namespace" {
  description = "The namespace of the metrics."
  type        = string
  nullable    = false
}

variable "functions" {
  description = "By what they do, the functions whose lines are counted: api, changes, …, sourceA-worker, web-subscriber."
  type        = map(string)
  nullable    = false

  validation {
    condition     = alltrue([for function in keys(var.functions) : contains(keys(local.told), reverse(split("-", function))[0])])
    error_message = "functions must be, or end in, one of ${join(", ", keys(local.told))}: nothing else is known to tell of itself."
  }
}
