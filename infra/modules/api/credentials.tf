# How callers show who they are: by an API key, by a signature that the function checks, or by one that AWS does.

locals {
  # Who has keys, and how often they may be used.
  callers = merge(
    {
      for name, source in var.sources : name => { rate_per_second = source.rate_per_second, burst = source.burst }
      if source.auth == "api_key"
    },
    { (var.operator) = { rate_per_second = 50, burst = 100 } },
    { reader = { rate_per_second = var.reader.rate_per_second, burst = var.reader.burst } },
  )
  senders = setsubtract(keys(local.callers), ["reader"])

  # The one to use and the next, both good. A key is called after its caller, which has no dot, and its generation.
  live_keys = {
    for caller in keys(local.callers) : caller => [
      for generation in [for step in [0, 1] : lookup(var.key_generations, caller, 0) + step] :
      generation == 0 ? caller : "${caller}.${generation}"
    ]
  }
  caller_of_key = merge([for caller, live in local.live_keys : { for key in live : key => caller }]...)

  signed_headers = ["webhook-id", "webhook-timestamp", "webhook-signature"]
  by_iam         = [for source in var.sources : source if source.auth == "iam"]

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Effect    = "Allow"
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource  = "${aws_api_gateway_rest_api.this.execution_arn}/*"
      }],
      [for source in local.by_iam : {
        Effect    = "Deny"
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource  = [for end in ["", "/*"] : "${aws_api_gateway_rest_api.this.execution_arn}/${var.stage}/POST/${source.path}${end}"]
        # A session's is its role's ARN, with the role's path. Where there is none the condition holds.
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
    # No quota is set here, and the emulator answers that with an empty one.
    ignore_changes = [quota_settings]
  }
}

resource "aws_api_gateway_usage_plan_key" "this" {
  for_each = local.caller_of_key

  usage_plan_id = aws_api_gateway_usage_plan.this[each.value].id
  key_id        = aws_api_gateway_api_key.this[each.key].id
  key_type      = "API_KEY"
}

resource "aws_api_gateway_request_validator" "signed" {
  count = anytrue([for source in var.sources : source.auth == "hmac"]) ? 1 : 0

  rest_api_id                 = aws_api_gateway_rest_api.this.id
  name                        = "signed"
  validate_request_parameters = true
}

# Who has no key is in no usage plan: the stage holds the rate.
resource "aws_api_gateway_method_settings" "this" {
  #checkov:skip=CKV_AWS_225:Posts must not be answered from a cache.
  for_each = { for route, post in local.posts : route => post if post.source.auth != "api_key" }

  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  # API Gateway keeps slashes as ~1, also when it is read: see variable encode_method_paths.
  method_path = "${var.encode_method_paths ? replace("/${each.value.path}", "/", "~1") : each.value.path}/POST"

  settings {
    throttling_rate_limit  = each.value.source.rate_per_second
    throttling_burst_limit = each.value.source.burst
  }
}

# In the API's own account the caller's policies or this one let a caller in, from another account both must: only an
# explicit Deny keeps others out. Methods that AWS authorizes nobody for are let in here, or none would be. There is always
# a policy: to take it away would leave the deployed one as it is.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
resource "aws_api_gateway_rest_api_policy" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  policy      = local.policy

  lifecycle {
    precondition {
      condition     = length(local.policy) <= 8192
      error_message = "The API's policy has ${length(local.policy)} characters of at most 8192: name fewer principals."
    }
  }
}
