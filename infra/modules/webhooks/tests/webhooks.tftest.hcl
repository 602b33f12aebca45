# Secrets without values, claims that expire, and the permissions to use both.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context       = jsondecode(file("../../tests/fixtures/context.json"))
  sources       = ["sourceH", "sourceI"]
  recovery_days = 30
  claim_days    = 10
}

run "every_source_has_a_secret_of_its_own" {
  command = plan

  assert {
    condition     = output.secret_names == { sourceH = "ingestion-test-webhook/sourceH", sourceI = "ingestion-test-webhook/sourceI" }
    error_message = "a secret's name must contain its environment and its source"
  }

  assert {
    condition = alltrue([
      for source, name in output.secret_names : name == "${output.access.environment.WEBHOOK_SECRET_PREFIX}${source}"
    ])
    error_message = "the prefix must lead to the source's secret"
  }

  assert {
    condition     = toset([for secret in aws_secretsmanager_secret.this : secret.recovery_window_in_days]) == toset([30])
    error_message = "a deleted secret must be recoverable"
  }
}

run "claims_expire" {
  command = plan

  assert {
    condition     = [for ttl in aws_dynamodb_table.claims[0].ttl : [ttl.attribute_name, ttl.enabled]] == [["expires_at", true]]
    error_message = "claims must expire by TTL"
  }

  assert {
    condition = (
      output.access.environment.CLAIMS_TABLE_NAME == aws_dynamodb_table.claims[0].name &&
      aws_dynamodb_table.claims[0].hash_key == "ID"
    )
    error_message = "the environment must name the table, whose key must be ID"
  }

  assert {
    condition     = output.access.environment.CLAIM_DAYS == "10"
    error_message = "the environment must hold the days that claims are kept"
  }
}

run "a_function_may_only_read_these_secrets_and_claim" {
  command = plan

  assert {
    condition = toset([for s in output.access.statements : "${join(",", s.Action)} ${s.Resource}"]) == toset([
      "secretsmanager:GetSecretValue ${aws_secretsmanager_secret.this["sourceH"].arn}",
      "secretsmanager:GetSecretValue ${aws_secretsmanager_secret.this["sourceI"].arn}",
      "dynamodb:UpdateItem ${aws_dynamodb_table.claims[0].arn}",
    ])
    error_message = "the permissions must name exactly the secrets and the table"
  }
}

run "the_platforms_key_encrypts_both" {
  command = plan

  variables {
    context = merge(var.context, { encryption = { kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/abc" } })
  }

  assert {
    condition = toset(concat(
      [for secret in aws_secretsmanager_secret.this : secret.kms_key_id],
      [for encryption in aws_dynamodb_table.claims[0].server_side_encryption : encryption.kms_key_arn],
    )) == toset([var.context.encryption.kms_key_arn])
    error_message = "secrets and claims must be encrypted with the platform's key"
  }
}

run "nothing_is_created_without_signed_sources" {
  command = plan

  variables {
    sources = []
    context = merge(var.context, { encryption = { kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/abc" } })
  }

  assert {
    condition = (
      length(aws_secretsmanager_secret.this) + length(aws_dynamodb_table.claims) == 0 &&
      length(output.access.environment) + length(output.access.statements) == 0
    )
    error_message = "a catalog without auth hmac must create no secret and no table"
  }
}
