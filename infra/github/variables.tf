variable "repository" {
  description = "The GitHub repository whose workflows may plan and deploy, as its OIDC tokens name it: owner@id/name@id or owner/name."
  type        = string
  nullable    = false

  # The roles trust this form only. An id is never used again, but a name may be.
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]*(@[0-9]+/[A-Za-z0-9._-]+@[0-9]+|/[A-Za-z0-9._-]+)$", var.repository))
    error_message = "repository must be <owner>@<id>/<name>@<id>, or <owner>/<name> if older than July 2026, without wildcards."
  }
}

variable "region" {
  description = "The region that the provider calls; roles are global."
  type        = string
  nullable    = false
}

variable "environments" {
  description = "The account's environments by GitHub environment, with the values of their .tfvars and .s3.tfbackend files."
  type = map(object({
    name         = string
    region       = string
    state_bucket = string
    state_key    = string
    # Let pull requests plan it. Everyone who can push a branch can then read its state, with its API keys.
    pull_requests = optional(bool, false)
    # The Route 53 zones for the record of a domain.
    hosted_zone_ids = optional(list(string), [])
    # The truststore of `domain.mutual_tls`.
    truststore_uri = optional(string)
  }))
  nullable = false

  validation {
    condition = length(var.environments) > 0 && alltrue([
      for environment in var.environments : can(regex("^[a-z][a-z0-9-]{0,14}$", environment.name))
    ])
    error_message = "environments must have at least one entry, each with a name of 1 to 15 lowercase letters, digits and hyphens."
  }

  validation {
    condition = alltrue(flatten([
      for one in var.environments : [for other in var.environments : one.name == other.name || !startswith(other.name, "${one.name}-")]
    ]))
    error_message = "environments must not have a name that starts with another name and a hyphen: the roles of one could change the other."
  }

  validation {
    condition = alltrue(flatten([
      for environment in var.environments :
      [for uri in environment.truststore_uri[*] : can(regex("^s3://[a-z0-9.-]{3,63}/[^*?$]+[.]pem$", uri))]
    ]))
    error_message = "truststore_uri must be s3://<bucket>/<key>.pem, without wildcards."
  }

  validation {
    condition = length(var.environments) == length(distinct([
      for environment in var.environments : [environment.state_bucket, environment.state_key]
    ]))
    error_message = "environments must have different states: set state_bucket or state_key."
  }
}

variable "project" {
  description = "The prefix of every name, as in the platform's variable `project`."
  type        = string
  default     = "ingestion"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,15}$", var.project))
    error_message = "project must be 1 to 16 lowercase letters, digits and hyphens, and start with a letter."
  }
}

variable "branch" {
  description = "The branch that workflows deploy and check for drift."
  type        = string
  default     = "main"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._/-]+$", var.branch))
    error_message = "branch must be the name of one branch, without wildcards."
  }
}

variable "make_provider" {
  description = "Create GitHub's OIDC provider; set false if the account has one already."
  type        = bool
  default     = true
  nullable    = false
}
