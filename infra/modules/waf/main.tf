# A firewall before the API: who asks too often from one address waits, and known attacks are refused.

locals {
  name = "${var.context.name}-api"

  # What all of AWS's common rules do stands, but for those that would refuse sound requests.
  counted = [
    "SizeRestrictions_BODY",    # Refuses bodies over 8 KB; a post may have 6 MB.
    "SizeRestrictions_URIPATH", # Refuses paths over 1,024 bytes; an id of 512 may take 1,536, percent-encoded.
    "NoUserAgent_HEADER",       # Machines send, and many of them say no name.
    # Bodies are data: nothing runs or opens them, and a chance match would refuse a whole batch.
    "CrossSiteScripting_BODY", "EC2MetaDataSSRF_BODY", "GenericLFI_BODY", "GenericRFI_BODY",
    # So are the ids in paths: pump.conf, a/../b, <7>, http://10.0.0.1/pump. No path here is a file's.
    "CrossSiteScripting_URIPATH", "GenericLFI_URIPATH", "GenericRFI_URIPATH", "RestrictedExtensions_URIPATH",
  ]
  # One such text, say in a report of an attack, would refuse its whole batch; nothing here is Java or renders React.
  counted_bad_inputs = ["JavaDeserializationRCE_BODY", "Log4JRCE_BODY", "ReactJSRCE_BODY"]

  # What logs must not hold: whoever reads them could send as someone else.
  redacted_headers = ["authorization", "cookie", "webhook-signature", "x-amz-security-token", "x-api-key"]
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
      status = 429, title = "Too Many Requests", detail = "over this address's rate: repeat, events with the same ids"
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
      sampled_requests_enabled   = false # Samples hold headers, and so keys.
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
          for_each = toset(local.counted)

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

  # Log4j and others: nothing here is Java, but in headers, queries and paths what looks so is never sound.
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
          for_each = toset(local.counted_bad_inputs)

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
  #checkov:skip=CKV_AWS_338:How long it is kept is a variable.
  for_each = toset(var.waf.log_retention_days == null ? [] : ["requests"])

  name              = "aws-waf-logs-${local.name}" # WAF writes to no other name.
  retention_in_days = var.waf.log_retention_days
  kms_key_id        = var.context.encryption.kms_key_arn
}

resource "aws_wafv2_web_acl_logging_configuration" "this" {
  for_each = aws_cloudwatch_log_group.this

  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [each.value.arn]

  dynamic "redacted_fields" {
    for_each = local.redacted_headers

    content {
      single_header {
        name = redacted_fields.value
      }
    }
  }

  redacted_fields {
    query_string {}
  }

  # Whose entity it is.
  redacted_fields {
    uri_path {}
  }
}
