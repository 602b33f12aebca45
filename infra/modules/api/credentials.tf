# How callers authenticate: with an API key, AWS credentials, or a signature, password or token that the function checks.

locals {
  # The callers that have API keys, with the rate of each.
  callers = merge(
    {
      for name, source in var.sources : name => { rate_per_second = source.rate_per_second, burst = source.burst }
      if source.auth == "api_key"
    },
    { (var.operator) = { rate_per_second = 50, burst = 100 } },
    { reader = { rate_per_second = var.reader.rate_per_second, burst = var.reader.burst } },
  )
  senders = setsubtract(keys(local.callers), ["reader"])

  # The current and the next key of each caller; both are valid. A key's name is its caller, or <caller>.<generation>.
  valid_keys = {
    for caller in keys(local.callers) : caller => [
      for generation in [for step in [0, 1] : lookup(var.key_generations, caller, 0) + step] :
      generation == 0 ? caller : "${caller}.${generation}"
    ]
  }
  caller_of_key = merge([for caller, names in local.valid_keys : { for name in names : name => caller }]...)

  # Everyone can send requests to the path of a source with one of these: only the function can check the credential.
  open_auths = ["hmac", "basic", "bearer"]

  limits = {
    for route, post in local.posts : route => contains(local.open_auths, post.source.auth) ? (
      { rate_per_second = var.hmac_paths.rate_per_second, burst = var.hmac_paths.burst }
      ) : (
      { rate_per_second = post.source.rate_per_second, burst = post.source.burst }
    )
  }

  iam_sources = [for source in var.sources : source if source.auth == "iam"]

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect    = "Allow"
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource  = "${aws_api_gateway_rest_api.this.execution_arn}/*"
      }],
      [for source in local.iam_sources : {
        Effect    = "Deny"
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource  = [for suffix in ["", "/*"] : "${aws_api_gateway_rest_api.this.execution_arn}/${var.stage}/POST/${source.path}${suffix}"]
        # The ARN of a session is the ARN of its role, with the role's path. A request without this key is denied as well.
        Condition = { StringNotEquals = { "aws:PrincipalArn" = source.principals } }
      }],
    )
  })
}

resource "aws_api_gateway_api_key" "this" {
  for_each = local.caller_of_key

  name  = "${var.context.name}-${each.key}"
  value = lookup(var.api_keys, each.key, null)
}

resource "aws_api_gateway_usage_plan" "this" {
  for_each = local.callers

  name = "${var.context.name}-${each.key}"

  api_stages {
    api_id = aws_api_gateway_rest_api.this.id
    stage  = aws_api_gateway_stage.this.stage_name
  }

  throttle_settings {
    rate_limit  = each.value.rate_per_second
    burst_limit = each.value.burst
  }

  lifecycle {
    # The emulator returns an empty quota although none is set.
    ignore_changes = [quota_settings]
  }
}

resource "aws_api_gateway_usage_plan_key" "this" {
  for_each = local.caller_of_key

  usage_plan_id = aws_api_gateway_usage_plan.this[each.value].id
  key_id        = aws_api_gateway_api_key.this[each.key].id
  key_type      = "API_KEY"
}

# The stage limits the paths of callers without an API key, because these are in no usage plan. The limit is higher than the source's rate
# where requests with a false credential count, too.
resource "aws_api_gateway_method_settings" "this" {
  #checkov:skip=CKV_AWS_225:The response to a post must not come from a cache.
  for_each = { for route, post in local.posts : route => post if post.source.auth != "api_key" }

  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  # API Gateway stores and returns a slash as ~1; see the variable encode_method_paths.
  method_path = "${var.encode_method_paths ? replace("/${each.value.path}", "/", "~1") : each.value.path}/POST"

  settings {
    throttling_rate_limit  = local.limits[each.key].rate_per_second
    throttling_burst_limit = local.limits[each.key].burst
  }
}

# Until the next version: older versions let the gateway require headers by names in lower case, which not every sender uses. A method
# may still name the validator while Terraform works, so AWS would refuse to delete it. It costs nothing.
removed {
  from = aws_api_gateway_request_validator.signed

  lifecycle {
    destroy = false
  }
}

# Callers of the API's own account need this policy or one of their own; callers of other accounts need both. Only an explicit
# Deny excludes callers. The Allow covers methods without AWS authorization. The policy always exists, because removing it
# would not remove the deployed one.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
resource "aws_api_gateway_rest_api_policy" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  policy      = local.policy

  lifecycle {
    precondition {
      condition     = length(local.policy) <= 8192
      error_message = "The API's policy has ${length(local.policy)} of at most 8192 characters: name fewer principals in the catalog."
    }
  }
}
