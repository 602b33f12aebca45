output "secret_names" {
  description = "The name of each source's secret."
  value       = { for source, secret in aws_secretsmanager_secret.this : source => secret.name }
}

output "access" {
  description = "The environment variables and permissions of a function that checks signatures, passwords and tokens."
  value = {
    environment = local.claims == null ? {} : {
      WEBHOOK_SECRET_PREFIX = local.prefix
      CLAIMS_TABLE_NAME     = local.claims.name
      CLAIM_DAYS            = tostring(var.claim_days)
    }
    statements = concat(
      [for secret in aws_secretsmanager_secret.this : { Action = ["secretsmanager:GetSecretValue"], Resource = secret.arn }],
      [for table in aws_dynamodb_table.claims : { Action = ["dynamodb:UpdateItem"], Resource = table.arn }],
    )
  }
}
