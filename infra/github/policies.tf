# What the roles may do, service by service: named actions, on what bears the environment's name.

locals {
  # Where the names of an environment's resources begin.
  names = { for key, it in var.environments : key => "${var.project}-${it.name}" }
  # A service's resources of the environment's region, and of this account.
  arns = { for key, it in var.environments : key => "arn:${local.partition}:%s:${it.region}:${local.account}:%s" }
  tags = { for key, it in var.environments : key => {
    StringEquals = { "aws:ResourceTag/project" = var.project, "aws:ResourceTag/environment" = it.name }
  } }

  functions = { for key, arn in local.arns : key => format(arn, "lambda", "function:${local.names[key]}-*") }
  queues    = { for key, arn in local.arns : key => format(arn, "sqs", "${local.names[key]}-*") }
  topics    = { for key, arn in local.arns : key => format(arn, "sns", "${local.names[key]}-*") }
  tables    = { for key, arn in local.arns : key => format(arn, "dynamodb", "table/${local.names[key]}-*") }
  log_groups = { for key, arn in local.arns : key => [for group in [
    "/aws/lambda/${local.names[key]}-*", "/${local.names[key]}/*",
    "/aws/apigateway/${local.names[key]}*", "aws-waf-logs-${local.names[key]}*",
  ] : format(arn, "logs", "log-group:${group}")] }
  alarms  = { for key, arn in local.arns : key => format(arn, "cloudwatch", "alarm:${local.names[key]}-*") }
  secrets = { for key, arn in local.arns : key => format(arn, "secretsmanager", "secret:${local.names[key]}-*") }
  # Rules that AWS keeps are named in an environment's own list of rules.
  web_acls = { for key, arn in local.arns : key => [
    for of in ["webacl/${local.names[key]}*", "managedruleset/*"] : format(arn, "wafv2", "regional/${of}/*")
  ] }
  mappings = { for key, arn in local.arns : key => format(arn, "lambda", "event-source-mapping:*") }
  aliases  = { for key, arn in local.arns : key => format(arn, "kms", "alias/${local.names[key]}*") }
  keys     = { for key, arn in local.arns : key => format(arn, "kms", "key/*") }
  # Those that are there: every number has a hyphen.
  keys_made = { for key, arn in local.arns : key => format(arn, "kms", "key/*-*") }
  # These know no names or no regions.
  zones = { for key, it in var.environments : key => [
    for zone in it.hosted_zone_ids : "arn:${local.partition}:route53:::hostedzone/${zone}"
  ] }
  gateway    = { for key, it in var.environments : key => "arn:${local.partition}:apigateway:${it.region}::/%s" }
  dashboards = { for key, name in local.names : key => "arn:${local.partition}:cloudwatch::${local.account}:dashboard/${name}-*" }
  buckets    = { for key, name in local.names : key => "arn:${local.partition}:s3:::${name}-*" }
  roles_made = { for key, name in local.names : key => "arn:${local.partition}:iam::${local.account}:role/${name}-*" }
  # The packages' bucket: the provider ends its name with a time. What is dropped is nobody's here to read.
  packages = { for key, name in local.names : key => "arn:${local.partition}:s3:::${name}-20*/*" }

  # API Gateway knows no names, but tags, which what lies below inherits. Lists are the region's: they are added to, never read.
  _lists   = ["apikeys", "domainnames", "restapis", "usageplans"]
  gateways = { for key, gateway in local.gateway : key => [for list in local._lists : format(gateway, "${list}/*")] }
  lists    = { for key, gateway in local.gateway : key => [for list in local._lists : format(gateway, list)] }
  stages   = { for key, gateway in local.gateway : key => format(gateway, "restapis/*/stages/*") }
  domains  = { for key, gateway in local.gateway : key => format(gateway, "domainnames/*") }
  tags_given = { for key, it in local.tags : key => {
    StringEquals = { for name, value in it.StringEquals : replace(name, "ResourceTag", "RequestTag") => value }
  } }
  truststore = { for key, it in var.environments : key => [
    for uri in it.truststore_uri[*] : "arn:${local.partition}:s3:::${trimprefix(uri, "s3://")}"
  ] }

  state = {
    for key, it in var.environments : key => {
      read = [
        { Action = ["s3:ListBucket"], Resource = "arn:${local.partition}:s3:::${it.state_bucket}" },
        { Action = ["s3:GetObject"], Resource = "arn:${local.partition}:s3:::${it.state_bucket}/${it.state_key}" },
      ]
      write = [
        { Action = ["s3:PutObject"], Resource = "arn:${local.partition}:s3:::${it.state_bucket}/${it.state_key}" },
        { Resource = "arn:${local.partition}:s3:::${it.state_bucket}/${it.state_key}.tflock", Action = [
          "s3:DeleteObject", "s3:GetObject", "s3:PutObject",
        ] },
      ]
    }
  }

  read = {
    for key in keys(var.environments) : key => [
      { Action = ["apigateway:GET"], Resource = local.gateways[key], Condition = local.tags[key] },
      { Action = ["apigateway:GET"], Resource = format(local.gateway[key], "tags/*") },
      { Action = ["cloudwatch:GetDashboard"], Resource = local.dashboards[key] },
      { Action = ["cloudwatch:ListTagsForResource"], Resource = local.alarms[key] },
      { Resource = local.tables[key], Action = [
        "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource",
      ] },
      { Resource = local.roles_made[key], Action = [
        "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies",
      ] },
      { Resource = local.keys[key], Condition = local.tags[key], Action = [
        "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags",
      ] },
      # What services keep by the environment's own key, they show to whom it lets see it.
      {
        Action    = ["kms:Decrypt"]
        Resource  = local.keys[key]
        Condition = merge(local.tags[key], { StringLike = { "kms:ViaService" = "*.amazonaws.com" } })
      },
      { Resource = local.functions[key], Action = [
        "lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionConcurrency", "lambda:GetFunctionConfiguration",
        "lambda:GetFunctionEventInvokeConfig", "lambda:GetPolicy", "lambda:ListVersionsByFunction",
      ] },
      { Action = ["lambda:ListTags"], Resource = [local.functions[key], local.mappings[key]] },
      { Action = ["logs:ListTagsForResource"], Resource = local.log_groups[key] },
      # A refresh reads whatever is set of a bucket, a dozen of GetBucket…; none of them reads an object.
      { Resource = local.buckets[key], Action = [
        "s3:GetAccelerateConfiguration", "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration",
        "s3:GetReplicationConfiguration", "s3:ListBucket",
      ] },
      { Action = ["s3:GetObject", "s3:GetObjectTagging"], Resource = local.packages[key] },
      # Their values are set by hand: neither plan nor deploy reads one.
      { Action = ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"], Resource = local.secrets[key] },
      { Action = ["sns:GetTopicAttributes", "sns:ListTagsForResource"], Resource = local.topics[key] },
      { Action = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"], Resource = local.queues[key] },
      { Action = ["wafv2:GetLoggingConfiguration", "wafv2:GetWebACL", "wafv2:ListTagsForResource"], Resource = local.web_acls[key] },
      # AWS lets none of these be narrowed, and zones and certificates are the account's.
      { Resource = "*", Action = [
        "acm:DescribeCertificate", "cloudwatch:DescribeAlarms", "kms:ListAliases", "lambda:GetEventSourceMapping",
        "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "route53:GetChange", "route53:GetHostedZone",
        "route53:ListResourceRecordSets", "sns:GetSubscriptionAttributes", "wafv2:GetWebACLForResource", "xray:ListResourcePolicies",
      ] },
    ]
  }

  write = {
    for key in keys(var.environments) : key => [
      { Resource = local.gateways[key], Condition = local.tags[key], Action = [
        "apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT", "apigateway:SetWebACL",
        "apigateway:UpdateRestApiPolicy",
      ] },
      { Action = ["apigateway:POST"], Resource = local.lists[key], Condition = local.tags_given[key] },
      # What is being made takes its tags by PUT. What is there, by a PATCH of itself too, which its tags guard.
      { Action = ["apigateway:DELETE", "apigateway:PUT"], Resource = format(local.gateway[key], "tags/*") },
      # Mutual TLS: API Gateway reads the truststore as who deploys.
      { Action = ["apigateway:AddCertificateToDomain"], Resource = format(local.gateway[key], "domainnames") },
      { Resource = local.domains[key], Condition = local.tags[key], Action = [
        "apigateway:AddCertificateToDomain", "apigateway:RemoveCertificateFromDomain",
      ] },
      { Action = ["s3:GetObject", "s3:GetObjectVersion"], Resource = local.truststore[key] },
      { Resource = local.alarms[key], Action = [
        "cloudwatch:DeleteAlarms", "cloudwatch:PutCompositeAlarm", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ] },
      { Action = ["cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"], Resource = local.dashboards[key] },
      { Resource = local.tables[key], Action = [
        "dynamodb:CreateTable", "dynamodb:DeleteTable", "dynamodb:TagResource", "dynamodb:UntagResource",
        "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive",
      ] },
      { Resource = local.functions[key], Action = [
        "lambda:AddPermission", "lambda:CreateFunction", "lambda:DeleteFunction", "lambda:DeleteFunctionConcurrency",
        "lambda:DeleteFunctionEventInvokeConfig", "lambda:PutFunctionConcurrency", "lambda:PutFunctionEventInvokeConfig",
        "lambda:RemovePermission", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration",
        "lambda:UpdateFunctionEventInvokeConfig",
      ] },
      { Resource = "*", Condition = { ArnLike = { "lambda:FunctionArn" = local.functions[key] } }, Action = [
        "lambda:CreateEventSourceMapping", "lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping",
      ] },
      { Action = ["lambda:TagResource", "lambda:UntagResource"], Resource = [local.functions[key], local.mappings[key]] },
      { Resource = local.log_groups[key], Action = [
        "logs:AssociateKmsKey", "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:DeleteRetentionPolicy", "logs:DisassociateKmsKey",
        "logs:PutRetentionPolicy", "logs:TagResource", "logs:UntagResource",
      ] },
      { Resource = local.topics[key], Action = [
        "sns:CreateTopic", "sns:DeleteTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:TagResource", "sns:UntagResource",
      ] },
      { Action = ["route53:ChangeResourceRecordSets"], Resource = local.zones[key] },
      # Neither subscriptions nor who may write logs or traces are resources to IAM: AWS lets none of these be narrowed.
      { Resource = "*", Action = [
        "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:PutResourcePolicy", "sns:SetSubscriptionAttributes", "sns:Unsubscribe",
        "xray:DeleteResourcePolicy", "xray:PutResourcePolicy",
      ] },
      { Resource = local.queues[key], Action = [
        "sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue",
      ] },
    ]
  }

  # Apart from the others, as a policy has at most 6,144 characters.
  guard = {
    for key in keys(var.environments) : key => [
      { Resource = local.roles_made[key], Action = [
        "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:PutRolePolicy", "iam:TagRole", "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
      ] },
      { Resource = local.roles_made[key], Condition = { StringEquals = { "iam:PassedToService" = "lambda.amazonaws.com" } }, Action = [
        "iam:PassRole",
      ] },
      # A key that is being made has no ARN yet. One that is there must be this environment's already, or it could be made so.
      # A missing tag is none of ours either.
      { Action = ["kms:CreateKey", "kms:TagResource"], Resource = "*", Condition = local.tags_given[key] },
      {
        Effect    = "Deny"
        Action    = ["kms:TagResource"]
        Resource  = local.keys_made[key]
        Condition = { StringNotEquals = { "aws:ResourceTag/environment" = var.environments[key].name } }
      },
      {
        Effect    = "Deny"
        Action    = ["kms:TagResource"]
        Resource  = local.keys_made[key]
        Condition = { StringNotEquals = { "aws:ResourceTag/project" = var.project } }
      },
      { Resource = local.keys[key], Condition = local.tags[key], Action = [
        "kms:CreateAlias", "kms:CreateGrant", "kms:DeleteAlias", "kms:EnableKeyRotation", "kms:Encrypt", "kms:GenerateDataKey",
        "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
      ] },
      { Action = ["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"], Resource = local.aliases[key] },
      { Resource = local.buckets[key], Action = [
        "s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy", "s3:PutBucketNotification", "s3:PutBucketOwnershipControls",
        "s3:PutBucketPolicy", "s3:PutBucketPublicAccessBlock", "s3:PutBucketTagging", "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration", "s3:PutLifecycleConfiguration",
      ] },
      # A zip that is replaced goes with all its versions.
      { Action = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:PutObjectTagging"], Resource = local.packages[key] },
      { Action = ["s3:ListBucketVersions"], Resource = local.buckets[key] },
      # A deploy counts what a table holds before it deletes the table. It reads no item.
      { Action = ["dynamodb:Scan"], Resource = local.tables[key], Condition = { StringEquals = { "dynamodb:Select" = "COUNT" } } },
      { Resource = local.secrets[key], Action = [
        "secretsmanager:CreateSecret", "secretsmanager:DeleteSecret", "secretsmanager:TagResource", "secretsmanager:UntagResource",
        "secretsmanager:UpdateSecret",
      ] },
      { Resource = concat(local.web_acls[key], [local.stages[key]]), Action = [
        "wafv2:AssociateWebACL", "wafv2:CreateWebACL", "wafv2:DeleteLoggingConfiguration", "wafv2:DeleteWebACL",
        "wafv2:DisassociateWebACL", "wafv2:PutLoggingConfiguration", "wafv2:TagResource", "wafv2:UntagResource", "wafv2:UpdateWebACL",
      ] },
    ]
  }
}
