# The KMS key: its rotation and its policy.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context    = jsondecode(file("../../tests/fixtures/context.json"))
  encryption = { customer_managed_key = true, deletion_window_days = 30, tls_only = true }
}

run "the_key_rotates_and_can_be_restored" {
  command = plan

  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation && aws_kms_key.this[0].deletion_window_in_days == 30
    error_message = "the key must rotate, and a deleted key must be recoverable for 30 days"
  }

  assert {
    condition = (
      aws_kms_alias.this[0].name == "alias/ingestion-test" &&
      aws_kms_alias.this[0].target_key_id == aws_kms_key.this[0].key_id
    )
    error_message = "the alias must contain the project and the environment"
  }
}

run "only_the_account_and_three_services_may_use_the_key" {
  command = plan

  assert {
    condition = { for s in jsondecode(aws_kms_key.this[0].policy).Statement : s.Sid => s.Principal } == {
      Account = { AWS = "arn:aws:iam::123456789012:root" }
      Topics  = { Service = "sns.amazonaws.com" }
      Logs    = { Service = "logs.eu-central-1.amazonaws.com" }
      Alarms  = { Service = "cloudwatch.amazonaws.com" }
    }
    error_message = "principals must be the account, SNS, CloudWatch and CloudWatch Logs of this region"
  }

  assert {
    condition = alltrue([
      for s in jsondecode(aws_kms_key.this[0].policy).Statement : s.Sid == "Account" || !strcontains(join(" ", s.Action), "kms:*")
    ])
    error_message = "only the account may administer the key"
  }
}

run "the_topics_may_deliver_to_encrypted_queues" {
  command = plan

  assert {
    condition = [for s in jsondecode(aws_kms_key.this[0].policy).Statement : [s.Action, s.Condition] if s.Sid == "Topics"] == [[
      ["kms:GenerateDataKey", "kms:Decrypt"],
      { ArnEquals = { "aws:SourceArn" = [
        "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo",
        "arn:aws:sns:eu-central-1:123456789012:ingestion-test-changes.fifo",
      ] } },
    ]]
    error_message = "the policy must allow SNS for the platform's two topics only"
  }
}

run "cloudwatch_logs_may_encrypt_the_platforms_log_groups_only" {
  command = plan

  assert {
    condition = [for s in jsondecode(aws_kms_key.this[0].policy).Statement : s.Condition if s.Sid == "Logs"] == [
      { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = [
        "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/ingestion-test-*",
        "arn:aws:logs:eu-central-1:123456789012:log-group:/ingestion-test/*",
        "arn:aws:logs:eu-central-1:123456789012:log-group:aws-waf-logs-ingestion-test-*",
      ] } }
    ]
    error_message = "the policy must allow CloudWatch Logs for the platform's log groups only"
  }
}

run "the_output_holds_the_key_and_denies_plain_http" {
  command = plan

  assert {
    condition     = output.settings.kms_key_arn == aws_kms_key.this[0].arn
    error_message = "the output must hold this key"
  }

  assert {
    condition = jsonencode(output.settings.deny_statements) == jsonencode([
      { Effect = "Deny", Principal = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } },
    ])
    error_message = "deny_statements must deny every request without TLS"
  }
}

run "aws_managed_keys_encrypt_by_default" {
  command = plan

  variables {
    encryption = { customer_managed_key = false, deletion_window_days = 30, tls_only = false }
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && length(aws_kms_alias.this) == 0 && output.settings.kms_key_arn == null
    error_message = "there must be no key and no alias"
  }

  assert {
    condition     = length(output.settings.deny_statements) == 0
    error_message = "deny_statements must be empty if tls_only is false"
  }
}
