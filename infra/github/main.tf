# The access of GitHub's workflows to the account: OIDC with two roles for each environment, and no long-lived keys.

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

data "aws_service_principal" "lambda" {
  service_name = "lambda"
}

locals {
  issuer = "token.actions.githubusercontent.com"
  # What the action aws-actions/configure-aws-credentials asks for, unless the workflow sets another `audience`.
  audience     = "sts.amazonaws.com"
  account      = data.aws_caller_identity.this.account_id
  partition    = data.aws_partition.this.partition
  provider_arn = "arn:${local.partition}:iam::${local.account}:oidc-provider/${local.issuer}"

  roles = merge([
    for key, environment in var.environments : {
      # Pull requests from forks get no token from GitHub.
      "${key}-plan" = {
        environment = key
        subjects = concat(
          environment.pull_requests ? ["repo:${var.repository}:pull_request"] : [],
          ["repo:${var.repository}:ref:refs/heads/${var.branch}"],
        )
        policies = { read = local.read[key], state = local.state[key].read }
      }
      # Only jobs of the GitHub environment, which need an approval.
      "${key}-deploy" = {
        environment = key
        subjects    = ["repo:${var.repository}:environment:${key}"]
        policies = {
          read  = local.read[key]
          state = concat(local.state[key].read, local.state[key].write)
          write = local.write[key]
          guard = local.guard[key]
        }
      }
    }
  ]...)

  policies = merge([
    for role, settings in local.roles : {
      for policy, statements in settings.policies : "${role}-${policy}" => { role = role, statements = statements }
    }
  ]...)
}

resource "aws_iam_openid_connect_provider" "github" {
  count = var.make_provider ? 1 : 0

  url            = "https://${local.issuer}"
  client_id_list = [local.audience]
}

# The names have another prefix than the platform's resources, so that no role may change itself.
resource "aws_iam_role" "this" {
  #checkov:skip=CKV_AWS_393:checkov does not resolve the subjects; tests check that they are this repository's.
  for_each = local.roles

  name                 = "github-${var.project}-${each.key}"
  description          = "Permissions of the workflows of ${var.repository} in ${each.value.environment}."
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = local.provider_arn }
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = local.audience
          "${local.issuer}:sub" = each.value.subjects
        }
      }
    }]
  })

  depends_on = [aws_iam_openid_connect_provider.github]
}

resource "aws_iam_policy" "this" {
  for_each = local.policies

  name = "github-${var.project}-${each.key}"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in each.value.statements : merge({ Effect = "Allow" }, statement) if length(flatten([statement.Resource])) > 0
    ]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = local.policies

  role       = aws_iam_role.this[each.value.role].name
  policy_arn = aws_iam_policy.this[each.key].arn
}
