variable "stage" {
  description = "The API's stage that the domain name serves."
  type        = object({ api_id = string, name = string })
  nullable    = false
}

variable "domain" {
  description = "The API's own domain name, and its certificate in ACM of this region."
  type = object({
    name                      = string
    certificate_arn           = string
    ownership_certificate_arn = optional(string)
    # The Route 53 zone for the DNS record (default: no record).
    hosted_zone_id = optional(string)
    # The certificates that clients must present (default: no mutual TLS).
    mutual_tls = optional(object({ truststore_uri = string, truststore_version = string }))
  })
  nullable = false

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?[.])+[a-z]{2,63}$", var.domain.name)) && length(var.domain.name) <= 253
    error_message = "domain.name must be a host name in lowercase, such as api.example.com."
  }

  validation {
    condition = alltrue([
      for arn in compact([var.domain.certificate_arn, var.domain.ownership_certificate_arn]) :
      can(regex("^arn:[a-z-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+$", arn))
    ])
    error_message = "domain.certificate_arn and domain.ownership_certificate_arn must be ARNs of certificates in ACM."
  }

  validation {
    condition     = alltrue([for tls in var.domain.mutual_tls[*] : can(regex("^s3://[a-z0-9.-]{3,63}/.+[.]pem$", tls.truststore_uri))])
    error_message = "domain.mutual_tls.truststore_uri must be s3://<bucket>/<key>.pem, a file of trusted certificates."
  }

  validation {
    condition     = alltrue([for tls in var.domain.mutual_tls[*] : length(tls.truststore_version) > 0 && tls.truststore_version != "null"])
    error_message = "domain.mutual_tls.truststore_version must be the version id of the object, in a bucket with versioning."
  }
}
