# What operators look at.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name                 = "ingestion-test"
  audit_retention_days = 365
}

run "what_operators_did_is_kept" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.audit.retention_in_days == 365 && output.audit_log_group == "/ingestion-test/audit"
    error_message = "the audit log must be kept as long as was asked for, under the platform's name"
  }
}

run "a_retention_that_cloudwatch_does_not_know_is_refused" {
  command         = plan
  expect_failures = [var.audit_retention_days]

  variables {
    audit_retention_days = 31
  }
}

run "a_name_that_aws_refuses_is_refused" {
  command         = plan
  expect_failures = [var.name]

  variables {
    name = "ingestion/test"
  }
}

run "the_key_encrypts_the_audit_log" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1"
  }

  assert {
    condition     = aws_cloudwatch_log_group.audit.kms_key_id == var.kms_key_arn
    error_message = "the log must be encrypted with the key"
  }
}
