variable "repository" {
  description = "The GitHub repository whose workflows may plan and deploy, as owner/name."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository must be owner/name, without wildcards."
  }
}

variable "region" {
  description = "Region that the provider calls; roles are of all regions."
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
    # Where a domain's record is put.
    hosted_zone_ids = optional(list(string), [])
    # As in `domain.mutual_tls`.
    truststore_uri = optional(string)
  }))
  nullable = false

  validation {
    condition     = length(var.environments) > 0 && alltrue([for it in var.environments : can(regex("^[a-z][a-z0-9-]{0,14}$", it.name))])
    error_message = "environments must have one entry at least, each with a name of 1 to 15 small letters, digits and hyphens."
  }

  validation {
    condition = alltrue(flatten([
      for one in var.environments : [for other in var.environments : one.name == other.name || !startswith(other.name, "${one.name}-")]
    ]))
    error_message = "No environment's name may begin with another's and a hyphen: the other's roles could touch its resources."
  }

  validation {
    condition = alltrue(flatten([
      for it in var.environments : [for uri in it.truststore_uri[*] : can(regex("^s3://[a-z0-9.-]{3,63}/[^*?$]+[.]pem$", uri))]
    ]))
    error_message = "truststore_uri must be s3://…/….pem, without wildcards."
  }

  validation {
    condition     = length(distinct([for it in var.environments : [it.state_bucket, it.state_key]])) == length(var.environments)
    error_message = "Every environment must have a state of its own."
  }
}

variable "project" {
  description = "First part of every name, as the platform's own variable says."
  type        = string
  default     = "ingestion"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,15}$", var.project))
    error_message = "project must be 1 to 16 small letters, digits and hyphens, beginning with a letter."
  }
}

variable "branch" {
  description = "The branch that is deployed and checked for drift."
  type        = string
  default     = "main"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._/-]+$", var.branch))
    error_message = "branch must be one branch, without wildcards."
  }
}

variable "make_provider" {
  description = "Make GitHub's OIDC provider; an account has one at most, so say false where it is there."
  type        = bool
  default     = true
  nullable    = false
}
