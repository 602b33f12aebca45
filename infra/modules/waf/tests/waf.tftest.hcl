# The firewall: its rate limit, the rules that block or only count, and the fields that logs omit.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context = merge(jsondecode(file("../../tests/fixtures/context.json")), {
    encryption = { kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1" }
  })
  stage_arn = "arn:aws:apigateway:eu-central-1::/restapis/abcdefghij/stages/test"
  waf       = { rate_limit_per_ip = 3000 }
}

run "the_rate_of_an_address_is_limited_and_known_attacks_are_blocked" {
  command = plan

  assert {
    condition = alltrue([
      for rule in aws_wafv2_web_acl.this.rule : [
        one(one(rule.statement).rate_based_statement).aggregate_key_type,
        one(one(rule.statement).rate_based_statement).limit,
        one(one(rule.statement).rate_based_statement).evaluation_window_sec,
        one(one(one(rule.action).block).custom_response).response_code,
        one(one(one(one(rule.action).block).custom_response).response_header).name,
      ] == ["IP", 3000, 300, 429, "Retry-After"] if rule.priority == 0
    ]) && aws_wafv2_web_acl.this.scope == "REGIONAL"
    error_message = "requests over the rate of an address must get 429 with Retry-After"
  }

  assert {
    condition = toset([
      for rule in aws_wafv2_web_acl.this.rule : one(one(rule.statement).managed_rule_group_statement).name if rule.priority > 0
    ]) == toset(["AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"])
    error_message = "AWS's common rules and the rules for known bad inputs must apply"
  }

  assert {
    condition     = alltrue([for rule in aws_wafv2_web_acl.this.rule : length(one(rule.override_action).none) == 1 if rule.priority > 0])
    error_message = "AWS's rule groups must block and not only count"
  }

  assert {
    condition     = aws_wafv2_web_acl_association.this.resource_arn == var.stage_arn
    error_message = "the firewall must be associated with the API's stage"
  }
}

run "large_posts_without_a_user_agent_pass" {
  command = plan

  assert {
    condition = toset(flatten([
      for rule in aws_wafv2_web_acl.this.rule : [
        for group in one(rule.statement).managed_rule_group_statement : [
          for override in group.rule_action_override : override.name if length(one(override.action_to_use).count) == 1
        ] if group.name == "AWSManagedRulesCommonRuleSet"
      ]
      ])) == toset([
      "CrossSiteScripting_BODY", "CrossSiteScripting_URIPATH", "EC2MetaDataSSRF_BODY", "GenericLFI_BODY", "GenericLFI_URIPATH",
      "GenericRFI_BODY", "GenericRFI_URIPATH", "RestrictedExtensions_URIPATH",
      "NoUserAgent_HEADER", "SizeRestrictions_BODY", "SizeRestrictions_URIPATH",
    ])
    error_message = "bodies of 4.4 MB with any data, any ids and requests without a user agent must pass"
  }

  assert {
    condition = toset(flatten([
      for rule in aws_wafv2_web_acl.this.rule : [
        for group in one(rule.statement).managed_rule_group_statement : [
          for override in group.rule_action_override : override.name if length(one(override.action_to_use).count) == 1
        ] if group.name == "AWSManagedRulesKnownBadInputsRuleSet"
      ]
    ])) == toset(["JavaDeserializationRCE_BODY", "Log4JRCE_BODY", "ReactJSRCE_BODY"])
    error_message = "rules for known bad inputs must only count in bodies"
  }
}

run "requests_are_not_logged_by_default" {
  command = plan

  assert {
    condition     = length(aws_cloudwatch_log_group.this) == 0 && length(aws_wafv2_web_acl_logging_configuration.this) == 0
    error_message = "there must be no log by default"
  }

  assert {
    condition = alltrue([
      for config in concat(
        flatten([for rule in aws_wafv2_web_acl.this.rule : rule.visibility_config]), aws_wafv2_web_acl.this.visibility_config
      ) : !config.sampled_requests_enabled
    ])
    error_message = "requests must not be sampled, because samples contain API keys"
  }
}

run "a_log_contains_no_credentials" {
  command = plan

  variables {
    waf               = { rate_limit_per_ip = 10, log_retention_days = 30 }
    signature_headers = ["stripe-signature"]
  }

  assert {
    condition = [for group in aws_cloudwatch_log_group.this : [group.name, tostring(group.retention_in_days), group.kms_key_id]] == [
      ["aws-waf-logs-ingestion-test-api", "30", var.context.encryption.kms_key_arn],
    ]
    error_message = "the log group must have WAF's prefix, the key and a retention"
  }

  assert {
    condition = toset(flatten([
      for log in aws_wafv2_web_acl_logging_configuration.this :
      [for field in log.redacted_fields : [for header in field.single_header : header.name]]
    ])) == toset(["authorization", "cookie", "stripe-signature", "x-amz-security-token", "x-api-key", "x-hub-signature"])
    error_message = "headers with credentials must not be logged"
  }

  assert {
    condition = anytrue(flatten([
      for log in aws_wafv2_web_acl_logging_configuration.this : [for field in log.redacted_fields : length(field.query_string) == 1]
    ]))
    error_message = "query strings must not be logged"
  }

  assert {
    condition = anytrue(flatten([
      for log in aws_wafv2_web_acl_logging_configuration.this : [for field in log.redacted_fields : length(field.uri_path) == 1]
    ]))
    error_message = "paths must not be logged, because they contain ids of entities"
  }
}

run "invalid_settings_are_rejected" {
  command = plan

  variables {
    stage_arn = "arn:aws:execute-api:eu-central-1:123456789012:abcdefghij/test"
    waf       = { rate_limit_per_ip = 9 }
  }

  expect_failures = [var.stage_arn, var.waf]
}

run "an_unsupported_log_retention_is_rejected" {
  command = plan

  variables {
    waf = { rate_limit_per_ip = 3000, log_retention_days = 31 }
  }

  expect_failures = [var.waf]
}

run "an_address_that_could_use_up_a_path_with_signatures_is_rejected" {
  command = plan

  variables {
    waf                  = { rate_limit_per_ip = 3000 }
    hmac_rate_per_second = 10
  }

  expect_failures = [var.waf]
}
