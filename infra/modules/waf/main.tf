# A firewall for the API: a rate limit for each IP address, and AWS's rules against known attacks.

locals {
  name = "${var.context.name}-api"

  # Rules that only count, because they would block valid requests. The other common rules block.
  count_only_rules = [
    "SizeRestrictions_BODY",    # Blocks bodies over 8 KB; a post may have 4.4 MB.
    "SizeRestrictions_URIPATH", # Blocks paths over 1,024 bytes; a percent-encoded id may take 1,536.
    "NoUserAgent_HEADER",       # Many senders are programs without a user agent.
    # Bodies are data that nothing executes, and a false match would block a whole batch.
    "CrossSiteScripting_BODY", "EC2MetaDataSSRF_BODY", "GenericLFI_BODY", "GenericRFI_BODY",
    # Ids in paths are data as well, for example pump.conf, a/../b, <7> or http://10.0.0.1/pump.
    "CrossSiteScripting_URIPATH", "GenericLFI_URIPATH", "GenericRFI_URIPATH", "RestrictedExtensions_URIPATH",
  ]
  # A false match in a body would block a whole batch, and the platform runs neither Java nor React.
  count_only_bad_input_rules = ["JavaDeserializationRCE_BODY", "Log4JRCE_BODY", "ReactJSRCE_BODY"]

  # Credentials that logs must not contain.
  # GitHub sends x-hub-signature beside the header that is checked.
  redacted_headers = setunion(
    ["authorization", "cookie", "x-amz-security-token", "x-api-key", "x-hub-signature"], var.signature_headers
  )
}

resource "aws_wafv2_web_acl" "this" {
  name        = local.name
  description = "Before the API: rate by address, and AWS's rules."
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  custom_response_body {
    key          = "too_often"
    content_type = "APPLICATION_JSON"
    content = jsonencode({
      status = 429, title = "Too Many Requests", detail = "over this address's rate: retry later with the same event ids"
    })
  }

  rule {
    name     = "rate-by-address"
    priority = 0

    action {
      block {
        custom_response {
          response_code            = 429
          custom_response_body_key = "too_often"

          response_header {
            name  = "Retry-After"
            value = "60"
          }
        }
      }
    }

    statement {
      rate_based_statement {
        limit                 = var.waf.rate_limit_per_ip
        aggregate_key_type    = "IP"
        evaluation_window_sec = 300
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "rate-by-address"
      sampled_requests_enabled   = false # Samples contain headers, and so API keys.
    }
  }

  rule {
    name     = "AWSManagedRulesCommonRuleSet"
    priority = 1

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesCommonRuleSet"

        dynamic "rule_action_override" {
          for_each = toset(local.count_only_rules)

          content {
            name = rule_action_override.key

            action_to_use {
              count {}
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "AWSManagedRulesCommonRuleSet"
      sampled_requests_enabled   = false
    }
  }

  # Blocks exploits such as Log4j in headers, queries and paths.
  rule {
    name     = "AWSManagedRulesKnownBadInputsRuleSet"
    priority = 2

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesKnownBadInputsRuleSet"

        dynamic "rule_action_override" {
          for_each = toset(local.count_only_bad_input_rules)

          content {
            name = rule_action_override.key

            action_to_use {
              count {}
            }
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "AWSManagedRulesKnownBadInputsRuleSet"
      sampled_requests_enabled   = false
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = local.name
    sampled_requests_enabled   = false
  }
}

resource "aws_wafv2_web_acl_association" "this" {
  resource_arn = var.stage_arn
  web_acl_arn  = aws_wafv2_web_acl.this.arn
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:The retention is a variable.
  for_each = toset(var.waf.log_retention_days == null ? [] : ["requests"])

  name              = "aws-waf-logs-${local.name}" # WAF requires this prefix.
  retention_in_days = var.waf.log_retention_days
  kms_key_id        = var.context.encryption.kms_key_arn
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  for_each = aws_cloudwatch_log_group.this

  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [each.value.arn]

  dynamic "redacted_fields" {
    for_each = sort(local.redacted_headers)

    content {
      single_header {
        name = redacted_fields.value
      }
    }
  }

  redacted_fields {
    query_string {}
  }

  # Paths contain the ids of entities.
  redacted_fields {
    uri_path {}
  }
}
