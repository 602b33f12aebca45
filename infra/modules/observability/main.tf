# The audit log of the `ingest` command: who changed dead letters, entities and secrets.

resource "aws_cloudwatch_log_group" "audit" {
  #checkov:skip=CKV_AWS_338:The retention is a variable.
  name              = "/${var.name}/audit"
  retention_in_days = var.audit_retention_days
  kms_key_id        = var.kms_key_arn
}
