# What a function needs of the key follows from what it does: everything it keeps or reads is encrypted with that one.

locals {
  _actions = distinct(flatten([for statement in var.statements : statement.Action]))
  _used    = distinct([for action in local._actions : split(":", action)[0]])

  # What goes in needs a data key of its own. Lambda keeps the environment encrypted; a stream is its table's.
  _writes    = ["s3:PutObject", "sns:Publish", "sqs:SendMessage"]
  _sealing   = [for action in local._actions : split(":", action)[0] if contains(local._writes, action)]
  _stores    = ["dynamodb", "s3", "secretsmanager", "sns", "sqs"]
  _encrypted = concat(["lambda"], [for service in local._stores : service if contains(local._used, service)])

  _key_uses = [
    { action = "kms:Decrypt", services = local._encrypted },
    { action = "kms:GenerateDataKey", services = local._sealing },
  ]

  # By way of these services only: the function itself has no use for the key.
  encryption_statements = [
    for use in local._key_uses : {
      Effect   = "Allow"
      Action   = [use.action]
      Resource = var.context.encryption.kms_key_arn
      Condition = { StringEquals = {
        "kms:ViaService" = [for service in sort(use.services) : "${service}.${var.context.region}.amazonaws.com"]
      } }
    } if var.context.encryption.kms_key_arn != null && length(use.services) > 0
  ]
}
