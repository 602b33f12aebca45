variable "yaml" {
  description = "The text of config/sources.yaml."
  type        = string
  nullable    = false

  validation {
    condition     = can(keys(yamldecode(var.yaml).sources)) && try(length(yamldecode(var.yaml).sources), 0) > 0
    error_message = "The catalog must be a YAML mapping with the one key `sources`, which maps names to entries; it has ${try(join(", ", keys(yamldecode(var.yaml))), "none")}."
  }
}

variable "entities" {
  description = "Names of the entities that have a model."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.entities) > 0
    error_message = "entities must hold at least one name."
  }
}
