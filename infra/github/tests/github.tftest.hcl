# The roles that GitHub's workflows may assume, and their permissions.

mock_provider "aws" {
  source          = "../tests/mocks"
  override_during = plan
}

variables {
  repository = "acme/ingestion"
  region     = "eu-central-1"
  environments = {
    dev = {
      name = "dev", region = "eu-central-1", state_bucket = "states", state_key = "ingestion-dev.tfstate", pull_requests = true
    }
    prod = { name = "prod", region = "eu-west-1", state_bucket = "states", state_key = "ingestion-prod.tfstate" }
  }
}

run "each_environment_has_two_roles_for_its_repository_only" {
  command = plan

  assert {
    condition = {
      for name, role in aws_iam_role.this :
      name => jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"]
      } == {
      dev-plan    = ["repo:acme/ingestion:pull_request", "repo:acme/ingestion:ref:refs/heads/main"]
      dev-deploy  = ["repo:acme/ingestion:environment:dev"]
      prod-plan   = ["repo:acme/ingestion:ref:refs/heads/main"]
      prod-deploy = ["repo:acme/ingestion:environment:prod"]
    }
    error_message = "deploys must use the GitHub environment, which needs an approval; pull requests may plan dev only"
  }

  assert {
    condition = alltrue([
      for role in aws_iam_role.this : [
        for s in jsondecode(role.assume_role_policy).Statement :
        [s.Action, s.Principal, s.Condition.StringEquals["token.actions.githubusercontent.com:aud"]]
        ] == [
        [
          "sts:AssumeRoleWithWebIdentity",
          { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
          "sts.amazonaws.com",
        ]
      ]
    ])
    error_message = "only GitHub's tokens for AWS may assume a role"
  }
}

run "a_repository_with_ids_is_trusted_in_this_form_only" {
  command = plan

  variables {
    repository = "acme@123456/ingestion@456789"
  }

  assert {
    condition = toset(flatten([
      for role in aws_iam_role.this :
      jsondecode(role.assume_role_policy).Statement[*].Condition.StringEquals["token.actions.githubusercontent.com:sub"]
      ])) == toset([
      "repo:acme@123456/ingestion@456789:pull_request",
      "repo:acme@123456/ingestion@456789:ref:refs/heads/main",
      "repo:acme@123456/ingestion@456789:environment:dev",
      "repo:acme@123456/ingestion@456789:environment:prod",
    ])
    error_message = "the roles must not trust the form without ids, which a later repository of this name would have"
  }
}

run "a_repository_with_one_id_is_rejected" {
  command = plan

  variables {
    repository = "acme/ingestion@456789"
  }

  expect_failures = [var.repository]
}

run "the_plan_role_may_only_read" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for id, policy in aws_iam_policy.this : [
        for s in jsondecode(policy.policy).Statement :
        [for action in s.Action : can(regex("^[a-z0-9]+:(Get|List|Describe|GET$|Decrypt$)", action))]
      ] if startswith(id, "dev-plan-")
    ]))
    error_message = "the plan role must have read actions only"
  }

  assert {
    condition = toset([
      for id, attachment in aws_iam_role_policy_attachment.this : id if attachment.role == "github-ingestion-dev-plan"
      ]) == toset([
      "dev-plan-read",
      "dev-plan-state",
    ])
    error_message = "the plan role must have the policies for reading only"
  }
}

run "pull_requests_read_the_state_of_their_own_environment_only" {
  command = plan

  assert {
    condition = {
      for id, policy in aws_iam_policy.this : id => toset(flatten([
        for s in jsondecode(policy.policy).Statement : s.Resource if contains(s.Action, "s3:GetObject")
      ])) if startswith(id, "dev-plan-")
      } == {
      dev-plan-read  = toset(["arn:aws:s3:::ingestion-dev-20*/*"])
      dev-plan-state = toset(["arn:aws:s3:::states/ingestion-dev.tfstate"])
    }
    error_message = "the role of pull requests must read no state but that of its environment, because a state holds API keys"
  }
}

run "a_role_may_access_its_own_environment_only" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for id, policy in aws_iam_policy.this : [
        for s in jsondecode(policy.policy).Statement : [
          for resource in flatten([s.Resource]) :
          strcontains(resource, "ingestion-dev") || contains(["arn:aws:s3:::states", "*"], resource) || anytrue([
            for nameless in [
              "apigateway:eu-central-1::/[a-z*/]+",
              "kms:eu-central-1:123456789012:key/",
              "wafv2:eu-central-1:123456789012:regional/managedruleset/[*]/",
              "lambda:eu-central-1:123456789012:event-source-mapping:",
            ] : can(regex("^arn:aws:${nameless}[*]?$", resource))
          ])
        ] if s.Effect == "Allow"
      ] if startswith(id, "dev-")
    ]))
    error_message = "resources must have the environment's name, or its region if their ARN contains no name"
  }

  assert {
    condition = alltrue(flatten([
      for id, policy in aws_iam_policy.this : [
        for s in jsondecode(policy.policy).Statement :
        can(s.Condition) ||
        length(setsubtract(
          s.Action,
          [
            "logs:CreateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:PutResourcePolicy",
            "sns:SetSubscriptionAttributes",
            "sns:Unsubscribe",
            "xray:DeleteResourcePolicy",
            "xray:PutResourcePolicy",
          ],
        )) == 0 ||
        alltrue([for action in s.Action : can(regex(":(Get|List|Describe)", action))])
        if contains(flatten([s.Resource]), "*") || anytrue([for resource in flatten([s.Resource]) : endswith(resource, ":key/*")])
      ]
    ]))
    error_message = "writes to resources without a name must have a condition if AWS supports one"
  }
}

run "no_role_may_access_a_secrets_value" {
  command = plan

  assert {
    condition = length(setintersection(["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"], flatten([
      for policy in aws_iam_policy.this : [for s in jsondecode(policy.policy).Statement : s.Action]
    ]))) == 0
    error_message = "no role may read secrets, because any branch can run a plan"
  }
}

run "a_deploy_may_write_the_schemas_beside_the_packages_and_a_plan_may_read_them" {
  command = plan

  assert {
    condition = alltrue([
      for policy, actions in {
        dev-plan-read    = ["s3:GetObject", "s3:GetObjectTagging"]
        dev-deploy-read  = ["s3:GetObject", "s3:GetObjectTagging"]
        dev-deploy-guard = ["s3:PutObject", "s3:PutObjectTagging"]
        } : anytrue([
          for s in jsondecode(aws_iam_policy.this[policy].policy).Statement :
          s.Resource == "arn:aws:s3:::ingestion-dev-20*/*" && length(setsubtract(actions, s.Action)) == 0
      ])
    ])
    error_message = "the roles must have access to the objects beside the packages, but not to dropped files"
  }
}

run "a_deploy_may_delete_all_versions_of_a_package" {
  command = plan

  assert {
    condition = length(setsubtract(["s3:DeleteObjectVersion", "s3:ListBucketVersions"], flatten([
      for s in jsondecode(aws_iam_policy.this["dev-deploy-guard"].policy).Statement : s.Action
    ]))) == 0
    error_message = "the deploy role must be able to delete all versions of a package, or the second deploy fails"
  }
}

run "a_deploy_may_delete_the_index_of_search_with_its_bucket" {
  command = plan

  assert {
    condition = toset(flatten([
      for s in flatten([for policy in aws_iam_policy.this : jsondecode(policy.policy).Statement]) :
      s.Action if strcontains(jsonencode(s.Resource), "ingestion-dev-idx-")
    ])) == toset(["s3:DeleteObject", "s3:DeleteObjectVersion"])
    error_message = "the deploy role must be able to delete the files of the index, and no role may read them"
  }

  assert {
    condition = anytrue([
      for s in jsondecode(aws_iam_policy.this["dev-deploy-guard"].policy).Statement :
      s.Resource == "arn:aws:s3:::ingestion-dev-idx-*/*"
    ])
    error_message = "the deploy role must be able to delete the files of the index"
  }
}

run "the_deploy_role_may_count_data_before_a_deletion" {
  command = plan

  assert {
    condition = {
      for action in [
        "dynamodb:DescribeTable", "dynamodb:Scan", "s3:ListBucket", "s3:ListBucketVersions", "sqs:GetQueueAttributes",
        ] : action => [
        for s in flatten([
          for id in ["dev-deploy-read", "dev-deploy-guard"] : jsondecode(aws_iam_policy.this[id].policy).Statement
        ]) : [s.Resource, try(s.Condition, null)] if contains(s.Action, action)
      ]
      } == {
      "dynamodb:DescribeTable" = [["arn:aws:dynamodb:eu-central-1:123456789012:table/ingestion-dev-*", null]]
      "dynamodb:Scan" = [[
        "arn:aws:dynamodb:eu-central-1:123456789012:table/ingestion-dev-*",
        { StringEquals = { "dynamodb:Select" = "COUNT" } },
      ]]
      "s3:ListBucket"          = [["arn:aws:s3:::ingestion-dev-*", null]]
      "s3:ListBucketVersions"  = [["arn:aws:s3:::ingestion-dev-*", null]]
      "sqs:GetQueueAttributes" = [["arn:aws:sqs:eu-central-1:123456789012:ingestion-dev-*", null]]
    }
    error_message = "the deploy role must be able to count messages, items and objects without reading them"
  }

  assert {
    condition = !contains(
      flatten([for s in jsondecode(aws_iam_policy.this["dev-plan-read"].policy).Statement : s.Action]),
      "dynamodb:Scan",
    )
    error_message = "the plan role must not scan tables"
  }
}

run "a_foreign_key_cannot_be_tagged" {
  command = plan

  assert {
    condition = [
      for s in jsondecode(aws_iam_policy.this["dev-deploy-guard"].policy).Statement :
      [s.Effect, s.Resource, s.Condition]
      if contains(s.Action, "kms:TagResource")
      ] == [
      # A new key has no id and no resource tags.
      ["Allow", "*", { StringEquals = { "aws:RequestTag/environment" = "dev", "aws:RequestTag/project" = "ingestion" } }],
      ["Deny", "arn:aws:kms:eu-central-1:123456789012:key/*-*", { StringNotEquals = { "aws:ResourceTag/environment" = "dev" } }],
      ["Deny", "arn:aws:kms:eu-central-1:123456789012:key/*-*", { StringNotEquals = { "aws:ResourceTag/project" = "ingestion" } }],
      [
        "Allow",
        "arn:aws:kms:eu-central-1:123456789012:key/*",
        { StringEquals = { "aws:ResourceTag/environment" = "dev", "aws:ResourceTag/project" = "ingestion" } },
      ],
    ]
    error_message = "an existing key may be tagged only if it has both tags of the environment"
  }
}

run "a_role_may_access_its_own_api_only" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for id, policy in aws_iam_policy.this : [
        for s in jsondecode(policy.policy).Statement : [
          for resource in flatten([s.Resource]) :
          try(s.Condition, null) == { StringEquals = { "aws:ResourceTag/environment" = "dev", "aws:ResourceTag/project" = "ingestion" } }
          if endswith(resource, "/*") && !endswith(resource, "/tags/*")
        ] if anytrue([for action in s.Action : startswith(action, "apigateway:")])
      ] if startswith(id, "dev-")
    ]))
    error_message = "access to existing API Gateway resources must require the environment's tags"
  }

  assert {
    condition = toset(flatten([
      for id, policy in aws_iam_policy.this : [
        for s in jsondecode(policy.policy).Statement : [
          for resource in flatten([s.Resource]) : [for action in s.Action : "${action} ${basename(resource)}"] if !endswith(resource, "/*")
        ] if anytrue([for action in s.Action : startswith(action, "apigateway:")])
      ] if startswith(id, "dev-")
      ])) == toset([
      "apigateway:AddCertificateToDomain domainnames", "apigateway:POST apikeys", "apigateway:POST domainnames",
      "apigateway:POST restapis", "apigateway:POST usageplans",
    ])
    error_message = "no role may read collections, which contain the API keys of every environment"
  }
}

run "a_firewall_and_mutual_tls_can_be_deployed" {
  command = plan

  variables {
    environments = {
      dev = {
        name           = "dev"
        region         = "eu-central-1"
        state_bucket   = "states"
        state_key      = "a"
        truststore_uri = "s3://trust/callers/all.pem"
      }
    }
  }

  assert {
    condition = length(setsubtract(
      ["apigateway:AddCertificateToDomain", "apigateway:RemoveCertificateFromDomain", "apigateway:SetWebACL", "wafv2:AssociateWebACL"],
      flatten([
        for id, policy in aws_iam_policy.this : [for s in jsondecode(policy.policy).Statement : s.Action]
        if startswith(id, "dev-deploy-")
      ]),
    )) == 0
    error_message = "the deploy role must have the actions that a firewall and a domain need"
  }

  assert {
    condition = [
      for s in jsondecode(aws_iam_policy.this["dev-deploy-write"].policy).Statement :
      s.Resource
      if contains(s.Action, "s3:GetObjectVersion")
    ] == [["arn:aws:s3:::trust/callers/all.pem"]]
    error_message = "the deploy role must be able to read the truststore and no other object"
  }
}

run "a_truststore_with_wildcards_is_rejected" {
  command = plan

  variables {
    environments = {
      dev = { name = "dev", region = "eu-central-1", state_bucket = "states", state_key = "a", truststore_uri = "s3://trust/*.pem" }
    }
  }

  expect_failures = [var.environments]
}

run "no_role_may_change_itself_or_pass_a_role_to_another_service" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for policy in aws_iam_policy.this : [
        for s in jsondecode(policy.policy).Statement : [
          for resource in flatten([s.Resource]) :
          [for role in aws_iam_role.this : !startswith("arn:aws:iam::123456789012:role/${role.name}", trimsuffix(resource, "*"))]
        ] if anytrue([for action in s.Action : startswith(action, "iam:")])
      ]
    ]))
    error_message = "GitHub's roles must not be among the roles that they may change"
  }

  assert {
    condition = alltrue(flatten([
      for policy in aws_iam_policy.this : [
        for s in jsondecode(policy.policy).Statement :
        s.Condition.StringEquals["iam:PassedToService"] == "lambda.amazonaws.com"
        if contains(s.Action, "iam:PassRole")
      ]
    ]))
    error_message = "roles may be passed to Lambda only"
  }
}

run "policies_fit_a_role_with_the_longest_names" {
  command = plan

  variables {
    project = "sixteen-letters-"
    environments = {
      production = {
        name            = "fifteen-letters"
        region          = "ap-southeast-2"
        state_bucket    = join("", [for i in range(63) : "b"])
        state_key       = "sixteen-letters--fifteen-letters.tfstate"
        hosted_zone_ids = ["Z0123456789ABCDEFGHIJ"]
        truststore_uri  = "s3://${join("", [for i in range(63) : "b"])}/callers.pem"
      }
    }
  }

  assert {
    condition     = [for id, policy in aws_iam_policy.this : id if length(policy.policy) > 6144] == []
    error_message = "a policy must have at most 6,144 characters"
  }

  assert {
    condition     = alltrue([for role in aws_iam_role.this : length(role.name) <= 64])
    error_message = "a role's name must have at most 64 characters"
  }
}

run "records_may_be_changed_in_the_given_zones_only" {
  command = plan

  variables {
    environments = {
      dev  = { name = "dev", region = "eu-central-1", state_bucket = "states", state_key = "a", hosted_zone_ids = ["Z1"] }
      prod = { name = "prod", region = "eu-central-1", state_bucket = "states", state_key = "b" }
    }
  }

  assert {
    condition = {
      for id, policy in aws_iam_policy.this :
      id => flatten([for s in jsondecode(policy.policy).Statement : s.Resource if contains(s.Action, "route53:ChangeResourceRecordSets")])
      if endswith(id, "-write")
    } == { dev-deploy-write = ["arn:aws:route53:::hostedzone/Z1"], prod-deploy-write = [] }
    error_message = "a role may change records in the zones of its environment only"
  }
}

run "an_existing_oidc_provider_is_used" {
  command = plan

  variables {
    make_provider = false
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0
    error_message = "there must be no second OIDC provider if make_provider is false"
  }
}

run "wildcards_are_rejected" {
  command = plan

  variables {
    repository = "acme/*"
    branch     = "*"
    project    = "*"
  }

  expect_failures = [var.repository, var.branch, var.project]
}

run "a_name_that_starts_with_anothers_is_rejected" {
  command = plan

  variables {
    environments = {
      dev    = { name = "dev", region = "eu-central-1", state_bucket = "states", state_key = "a" }
      dev-us = { name = "dev-us", region = "eu-central-1", state_bucket = "states", state_key = "b" }
    }
  }

  expect_failures = [var.environments]
}

run "a_shared_state_is_rejected" {
  command = plan

  variables {
    environments = {
      dev  = { name = "dev", region = "eu-central-1", state_bucket = "states", state_key = "a" }
      prod = { name = "prod", region = "eu-central-1", state_bucket = "states", state_key = "a" }
    }
  }

  expect_failures = [var.environments]
}

run "an_empty_list_of_environments_is_rejected" {
  command = plan

  variables {
    environments = {}
  }

  expect_failures = [var.environments]
}
