# The names of this account, its partition and its services, from which modules build ARNs and policies.

data "aws_caller_identity" "this" {}
data "aws_partition" "this" {}

# The names of services in policies. Some contain the suffix of the partition's addresses, most do not.
data "aws_service_principal" "this" {
  for_each = toset(["apigateway", "cloudwatch", "lambda", "logs", "s3", "sns"])

  service_name = each.key
  region       = var.region
}

locals {
  _account = data.aws_caller_identity.this.account_id
  _arn     = "arn:${data.aws_partition.this.partition}"

  # The parts of names and ARNs. A resource's ARN is <prefix>:<name>. It is therefore known before the resource exists.
  naming = {
    name       = local.name
    region     = var.region
    partition  = data.aws_partition.this.partition
    dns_suffix = data.aws_partition.this.dns_suffix
    account_id = local._account
    principals = local._principals
    arn_prefixes = merge(
      { iam = "${local._arn}:iam::${local._account}" },
      { for service in ["lambda", "logs", "sns", "sqs"] : service => "${local._arn}:${service}:${var.region}:${local._account}" },
    )
  }

  # CloudWatch Logs is a principal of its region.
  _principals = merge(
    { for service, principal in data.aws_service_principal.this : service => principal.name },
    { logs = data.aws_service_principal.this["logs"].id },
  )
}
