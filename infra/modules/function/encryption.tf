# The permissions to use the key, derived from the function's other permissions.

locals {
  _actions  = distinct(flatten([for statement in var.statements : statement.Action]))
  _services = distinct([for action in local._actions : split(":", action)[0]])

  # Writing needs a data key. Lambda decrypts the environment. A stream is encrypted with its table's key.
  _write_actions       = ["s3:PutObject", "sns:Publish", "sqs:SendMessage"]
  _encrypting_services = [for action in local._actions : split(":", action)[0] if contains(local._write_actions, action)]
  _storage_services    = ["dynamodb", "s3", "secretsmanager", "sns", "sqs"]
  _decrypting_services = concat(["lambda"], [for service in local._storage_services : service if contains(local._services, service)])

  _key_permissions = [
    { action = "kms:Decrypt", services = local._decrypting_services },
    { action = "kms:GenerateDataKey", services = local._encrypting_services },
  ]

  # Only through these services: the function does not call KMS itself.
  encryption_statements = [
    for permission in local._key_permissions : {
      Effect   = "Allow"
      Action   = [permission.action]
      Resource = var.context.encryption.kms_key_arn
      Condition = { StringEquals = {
        "kms:ViaService" = [for service in sort(permission.services) : "${service}.${var.context.region}.${var.context.dns_suffix}"]
      } }
    } if var.context.encryption.kms_key_arn != null && length(permission.services) > 0
  ]
}
