# The one key: it turns by itself, and lets in nobody but the account and the services that encrypt for it.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context    = jsondecode(file("../../tests/fixtures/context.json"))
  encryption = { customer_managed_key = true, deletion_window_days = 30, tls_only = true }
}

run "the_key_turns_and_can_be_brought_back" {
  command = plan

  assert {
    condition     = aws_kms_key.this[0].enable_key_rotation && aws_kms_key.this[0].deletion_window_in_days == 30
    error_message = "the key must rotate, and a deleted one be recoverable for 30 days"
  }

  assert {
    condition = (
      aws_kms_alias.this[0].name == "alias/ingestion-test" &&
      aws_kms_alias.this[0].target_key_id == aws_kms_key.this[0].key_id
    )
    error_message = "the alias must say the project and the environment"
  }
}

run "nobody_but_the_account_and_three_services_may_use_it" {
  command = plan

  assert {
    condition = { for s in jsondecode(aws_kms_key.this[0].policy).Statement : s.Sid => s.Principal } == {
      Account = { AWS = "arn:aws:iam::123456789012:root" }
      Topics  = { Service = "sns.amazonaws.com" }
      Logs    = { Service = "logs.eu-central-1.amazonaws.com" }
      Alarms  = { Service = "cloudwatch.amazonaws.com" }
    }
    error_message = "principals must be the account, SNS, CloudWatch's alarms and the logs of this region"
  }

  assert {
    condition = alltrue([
      for s in jsondecode(aws_kms_key.this[0].policy).Statement : s.Sid == "Account" || !strcontains(join(" ", s.Action), "kms:*")
    ])
    error_message = "the account alone may administrate the key"
  }
}

run "the_topics_may_deliver_into_encrypted_queues" {
  command = plan

  assert {
    condition = [for s in jsondecode(aws_kms_key.this[0].policy).Statement : [s.Action, s.Condition] if s.Sid == "Topics"] == [[
      ["kms:GenerateDataKey", "kms:Decrypt"],
      {
        StringEquals = { "aws:SourceAccount" = "123456789012" }
        ArnEquals = { "aws:SourceArn" = [
          "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo",
          "arn:aws:sns:eu-central-1:123456789012:ingestion-test-changes.fifo",
        ] }
      },
    ]]
    error_message = "SNS must be let in for this platform's two topics and for no other"
  }
}

run "logs_are_encrypted_for_this_platforms_log_groups_only" {
  command = plan

  assert {
    condition = [for s in jsondecode(aws_kms_key.this[0].policy).Statement : s.Condition if s.Sid == "Logs"] == [
      { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = [
        "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/ingestion-test-*",
        "arn:aws:logs:eu-central-1:123456789012:log-group:/ingestion-test/*",
        "arn:aws:logs:eu-central-1:123456789012:log-group:aws-waf-logs-ingestion-test-*",
      ] } }
    ]
    error_message = "CloudWatch Logs must be let in for this platform's log groups only"
  }
}

run "what_is_kept_is_told_the_key_and_turns_plain_http_away" {
  command = plan

  assert {
    condition     = output.settings.kms_key_arn == aws_kms_key.this[0].arn
    error_message = "what is kept must be encrypted with this key"
  }

  assert {
    condition = jsonencode(output.settings.deny_statements) == jsonencode([
      { Effect = "Deny", Principal = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } },
    ])
    error_message = "everybody who comes without TLS must be turned away"
  }
}

run "without_a_key_of_ours_aws_encrypts_with_its_own" {
  command = plan

  variables {
    encryption = { customer_managed_key = false, deletion_window_days = 30, tls_only = false }
  }

  assert {
    condition     = length(aws_kms_key.this) == 0 && length(aws_kms_alias.this) == 0 && output.settings.kms_key_arn == null
    error_message = "there must be no key to pay for"
  }

  assert {
    condition     = length(output.settings.deny_statements) == 0
    error_message = "an endpoint without TLS must be let in where that is wanted"
  }
}
