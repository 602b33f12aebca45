# What operators look at.

resource "aws_cloudwatch_log_group" "audit" {
  #checkov:skip=CKV_AWS_338:How long it is kept is a variable.
  name              = "/${var.name}/audit"
  retention_in_days = var.audit_retention_days
  kms_key_id        = var.kms_key_arn
}
