# The permissions of the roles, by service: named actions on resources with the environment's name.

locals {
  # The prefix of the names of an environment's resources.
  names = { for key, environment in var.environments : key => "${var.project}-${environment.name}" }
  # The ARN of a regional resource; the arguments are the service and the resource.
  arns = { for key, environment in var.environments : key => "arn:${local.partition}:%s:${environment.region}:${local.account}:%s" }
  resource_tags = { for key, environment in var.environments : key => {
    StringEquals = { "aws:ResourceTag/project" = var.project, "aws:ResourceTag/environment" = environment.name }
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
  # A web ACL refers to AWS's managed rule sets.
  web_acls = { for key, arn in local.arns : key => [
    for name in ["webacl/${local.names[key]}*", "managedruleset/*"] : format(arn, "wafv2", "regional/${name}/*")
  ] }
  mappings = { for key, arn in local.arns : key => format(arn, "lambda", "event-source-mapping:*") }
  aliases  = { for key, arn in local.arns : key => format(arn, "kms", "alias/${local.names[key]}*") }
  keys     = { for key, arn in local.arns : key => format(arn, "kms", "key/*") }
  # Existing keys: every key id contains a hyphen.
  existing_keys = { for key, arn in local.arns : key => format(arn, "kms", "key/*-*") }
  # The ARNs of these resources contain no name or no region.
  zones = { for key, environment in var.environments : key => [
    for zone in environment.hosted_zone_ids : "arn:${local.partition}:route53:::hostedzone/${zone}"
  ] }
  api_gateway    = { for key, environment in var.environments : key => "arn:${local.partition}:apigateway:${environment.region}::/%s" }
  dashboards     = { for key, name in local.names : key => "arn:${local.partition}:cloudwatch::${local.account}:dashboard/${name}-*" }
  buckets        = { for key, name in local.names : key => "arn:${local.partition}:s3:::${name}-*" }
  platform_roles = { for key, name in local.names : key => "arn:${local.partition}:iam::${local.account}:role/${name}-*" }
  # Objects of the package bucket, whose name ends with a timestamp. The roles must not read objects of the upload bucket.
  packages = { for key, name in local.names : key => "arn:${local.partition}:s3:::${name}-20*/*" }

  # Objects of the bucket of the index of search, which a deployment may delete with the bucket.
  index_objects = { for key, name in local.names : key => "arn:${local.partition}:s3:::${name}-idx-*/*" }

  # ARNs of API Gateway contain ids, so tags limit access; child resources inherit the tags. A collection covers the whole
  # region, so the roles may add to it but must not read it.
  _collections = ["apikeys", "domainnames", "restapis", "usageplans"]
  api_gateway_resources = {
    for key, arn in local.api_gateway : key => [for collection in local._collections : format(arn, "${collection}/*")]
  }
  api_gateway_collections = { for key, arn in local.api_gateway : key => [for collection in local._collections : format(arn, collection)] }
  stages                  = { for key, arn in local.api_gateway : key => format(arn, "restapis/*/stages/*") }
  domains                 = { for key, arn in local.api_gateway : key => format(arn, "domainnames/*") }
  request_tags = { for key, tags in local.resource_tags : key => {
    StringEquals = { for name, value in tags.StringEquals : replace(name, "ResourceTag", "RequestTag") => value }
  } }
  truststores = { for key, environment in var.environments : key => [
    for uri in environment.truststore_uri[*] : "arn:${local.partition}:s3:::${trimprefix(uri, "s3://")}"
  ] }

  state = {
    for key, environment in var.environments : key => {
      read = [
        { Action = ["s3:ListBucket"], Resource = "arn:${local.partition}:s3:::${environment.state_bucket}" },
        { Action = ["s3:GetObject"], Resource = "arn:${local.partition}:s3:::${environment.state_bucket}/${environment.state_key}" },
      ]
      write = [
        { Action = ["s3:PutObject"], Resource = "arn:${local.partition}:s3:::${environment.state_bucket}/${environment.state_key}" },
        { Resource = "arn:${local.partition}:s3:::${environment.state_bucket}/${environment.state_key}.tflock", Action = [
          "s3:DeleteObject", "s3:GetObject", "s3:PutObject",
        ] },
      ]
    }
  }

  read = {
    for key in keys(var.environments) : key => [
      { Action = ["apigateway:GET"], Resource = local.api_gateway_resources[key], Condition = local.resource_tags[key] },
      { Action = ["apigateway:GET"], Resource = format(local.api_gateway[key], "tags/*") },
      { Action = ["cloudwatch:GetDashboard"], Resource = local.dashboards[key] },
      { Action = ["cloudwatch:ListTagsForResource"], Resource = local.alarms[key] },
      { Resource = local.tables[key], Action = [
        "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource",
      ] },
      { Resource = local.platform_roles[key], Action = [
        "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies",
      ] },
      { Resource = local.keys[key], Condition = local.resource_tags[key], Action = [
        "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags",
      ] },
      # Services return data that is encrypted with the environment's key to roles that may decrypt it.
      {
        Action    = ["kms:Decrypt"]
        Resource  = local.keys[key]
        Condition = merge(local.resource_tags[key], { StringLike = { "kms:ViaService" = "*.${data.aws_partition.this.dns_suffix}" } })
      },
      { Resource = local.functions[key], Action = [
        "lambda:GetFunction", "lambda:GetFunctionCodeSigningConfig", "lambda:GetFunctionConcurrency", "lambda:GetFunctionConfiguration",
        "lambda:GetFunctionEventInvokeConfig", "lambda:GetFunctionRecursionConfig", "lambda:GetPolicy", "lambda:ListVersionsByFunction",
      ] },
      { Action = ["lambda:ListTags"], Resource = [local.functions[key], local.mappings[key]] },
      { Action = ["logs:ListTagsForResource"], Resource = local.log_groups[key] },
      # A refresh reads all settings of a bucket with GetBucket… actions; none of them reads an object.
      { Resource = local.buckets[key], Action = [
        "s3:GetAccelerateConfiguration", "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration",
        "s3:GetReplicationConfiguration", "s3:ListBucket",
      ] },
      { Action = ["s3:GetObject", "s3:GetObjectTagging"], Resource = local.packages[key] },
      # `ingest secrets` sets the values; no role may read them.
      { Action = ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"], Resource = local.secrets[key] },
      { Action = ["sns:GetTopicAttributes", "sns:ListTagsForResource"], Resource = local.topics[key] },
      { Action = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"], Resource = local.queues[key] },
      { Action = ["wafv2:GetLoggingConfiguration", "wafv2:GetWebACL", "wafv2:ListTagsForResource"], Resource = local.web_acls[key] },
      # These actions support no resources, or read zones and certificates of the account.
      { Resource = "*", Action = [
        "acm:DescribeCertificate", "cloudwatch:DescribeAlarms", "kms:ListAliases", "lambda:GetEventSourceMapping",
        "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "route53:GetChange", "route53:GetHostedZone",
        "route53:ListResourceRecordSets", "sns:GetSubscriptionAttributes", "wafv2:GetWebACLForResource", "xray:ListResourcePolicies",
      ] },
    ]
  }

  write = {
    for key in keys(var.environments) : key => [
      { Resource = local.api_gateway_resources[key], Condition = local.resource_tags[key], Action = [
        "apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT", "apigateway:SetWebACL",
        "apigateway:UpdateRestApiPolicy",
      ] },
      { Action = ["apigateway:POST"], Resource = local.api_gateway_collections[key], Condition = local.request_tags[key] },
      # API Gateway sets the tags of a new resource with PUT.
      { Action = ["apigateway:DELETE", "apigateway:PUT"], Resource = format(local.api_gateway[key], "tags/*") },
      # Mutual TLS: API Gateway reads the truststore with the permissions of the deploying role.
      { Action = ["apigateway:AddCertificateToDomain"], Resource = format(local.api_gateway[key], "domainnames") },
      { Resource = local.domains[key], Condition = local.resource_tags[key], Action = [
        "apigateway:AddCertificateToDomain", "apigateway:RemoveCertificateFromDomain",
      ] },
      { Action = ["s3:GetObject", "s3:GetObjectVersion"], Resource = local.truststores[key] },
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
        "lambda:PutFunctionRecursionConfig", "lambda:RemovePermission", "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionEventInvokeConfig",
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
      # These actions support no resources.
      { Resource = "*", Action = [
        "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:PutResourcePolicy", "sns:SetSubscriptionAttributes", "sns:Unsubscribe",
        "xray:DeleteResourcePolicy", "xray:PutResourcePolicy",
      ] },
      { Resource = local.queues[key], Action = [
        "sqs:CreateQueue", "sqs:DeleteQueue", "sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue",
      ] },
    ]
  }

  # A second policy for writes, because a policy has at most 6,144 characters.
  guard = {
    for key in keys(var.environments) : key => [
      { Resource = local.platform_roles[key], Action = [
        "iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:PutRolePolicy", "iam:TagRole", "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
      ] },
      {
        Action    = ["iam:PassRole"]
        Resource  = local.platform_roles[key]
        Condition = { StringEquals = { "iam:PassedToService" = data.aws_service_principal.lambda.name } }
      },
      # A new key has no ARN. Tagging an existing key is denied unless it has the environment's tags already; otherwise a
      # role could tag a foreign key to gain access to it. A missing tag is denied as well.
      { Action = ["kms:CreateKey", "kms:TagResource"], Resource = "*", Condition = local.request_tags[key] },
      {
        Effect    = "Deny"
        Action    = ["kms:TagResource"]
        Resource  = local.existing_keys[key]
        Condition = { StringNotEquals = { "aws:ResourceTag/environment" = var.environments[key].name } }
      },
      {
        Effect    = "Deny"
        Action    = ["kms:TagResource"]
        Resource  = local.existing_keys[key]
        Condition = { StringNotEquals = { "aws:ResourceTag/project" = var.project } }
      },
      { Resource = local.keys[key], Condition = local.resource_tags[key], Action = [
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
      # Terraform deletes a replaced zip with all its versions.
      { Action = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject", "s3:PutObjectTagging"], Resource = local.packages[key] },
      { Action = ["s3:DeleteObject", "s3:DeleteObjectVersion"], Resource = local.index_objects[key] },
      { Action = ["s3:ListBucketVersions"], Resource = local.buckets[key] },
      # A deploy counts the items of a table before it deletes the table. It must not read items.
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
