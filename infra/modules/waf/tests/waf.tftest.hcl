# The firewall: who waits, what is refused, what sound requests are let through, what logs do not hold.

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

run "one_address_waits_and_known_attacks_are_refused" {
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
    error_message = "who asks more often from one address in five minutes must be told to come back, as the sender knows it"
  }

  assert {
    condition = toset([
      for rule in aws_wafv2_web_acl.this.rule : one(one(rule.statement).managed_rule_group_statement).name if rule.priority > 0
    ]) == toset(["AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"])
    error_message = "AWS's common rules and those of known bad inputs must hold"
  }

  assert {
    condition     = alltrue([for rule in aws_wafv2_web_acl.this.rule : length(one(rule.override_action).none) == 1 if rule.priority > 0])
    error_message = "AWS's rules must refuse, and not only count"
  }

  assert {
    condition     = aws_wafv2_web_acl_association.this.resource_arn == var.stage_arn
    error_message = "it must stand before the API's stage"
  }
}

run "large_posts_of_machines_pass" {
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
    error_message = "bodies of 6 MB and of any data, ids of any kind and callers without a name must pass"
  }

  assert {
    condition = toset(flatten([
      for rule in aws_wafv2_web_acl.this.rule : [
        for group in one(rule.statement).managed_rule_group_statement : [
          for override in group.rule_action_override : override.name if length(one(override.action_to_use).count) == 1
        ] if group.name == "AWSManagedRulesKnownBadInputsRuleSet"
      ]
    ])) == toset(["JavaDeserializationRCE_BODY", "Log4JRCE_BODY", "ReactJSRCE_BODY"])
    error_message = "what looks like an attack on Log4j is let through in bodies only"
  }
}

run "nothing_is_logged_unless_wanted" {
  command = plan

  assert {
    condition     = length(aws_cloudwatch_log_group.this) == 0 && length(aws_wafv2_web_acl_logging_configuration.this) == 0
    error_message = "requests are logged only if wanted"
  }

  assert {
    condition = alltrue([
      for config in concat(
        flatten([for rule in aws_wafv2_web_acl.this.rule : rule.visibility_config]), aws_wafv2_web_acl.this.visibility_config
      ) : !config.sampled_requests_enabled
    ])
    error_message = "sampled requests show the headers, and so the keys"
  }
}

run "a_log_holds_no_key" {
  command = plan

  variables {
    waf = { rate_limit_per_ip = 10, log_retention_days = 30 }
  }

  assert {
    condition = [for group in aws_cloudwatch_log_group.this : [group.name, tostring(group.retention_in_days), group.kms_key_id]] == [
      ["aws-waf-logs-ingestion-test-api", "30", var.context.encryption.kms_key_arn],
    ]
    error_message = "WAF writes to groups of this name only, and logs must be encrypted and end"
  }

  assert {
    condition = toset(flatten([
      for log in aws_wafv2_web_acl_logging_configuration.this :
      [for field in log.redacted_fields : [for header in field.single_header : header.name]]
    ])) == toset(["authorization", "cookie", "webhook-signature", "x-amz-security-token", "x-api-key"])
    error_message = "headers that hold keys must not be logged"
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
    error_message = "paths hold the ids of entities, and must not be logged"
  }
}

run "wrong_settings_are_refused" {
  command = plan

  variables {
    stage_arn = "arn:aws:execute-api:eu-central-1:123456789012:abcdefghij/test"
    waf       = { rate_limit_per_ip = 9 }
  }

  expect_failures = [var.stage_arn, var.waf]
}

run "a_log_retention_that_cloudwatch_does_not_know_is_refused" {
  command = plan

  variables {
    waf = { rate_limit_per_ip = 3000, log_retention_days = 31 }
  }

  expect_failures = [var.waf]
}
