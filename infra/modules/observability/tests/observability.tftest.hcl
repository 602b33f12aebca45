# The audit log: its name, retention and encryption.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  name                 = "ingestion-test"
  audit_retention_days = 365
}

run "the_audit_log_has_its_retention" {
  command = plan

  assert {
    condition     = aws_cloudwatch_log_group.audit.retention_in_days == 365 && output.audit_log_group == "/ingestion-test/audit"
    error_message = "the audit log must have the platform's name and the given retention"
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
