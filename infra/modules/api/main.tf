# The REST API: its methods, their integrations with functions, the deployment and the stage.
# The other files hold the routes, the credentials of callers, the gateway's own responses, and the function.

locals {
  # Built from the stage's name, because the function's settings must not depend on the stage.
  _stage_url = var.url_format == null ? null : format(var.url_format, aws_api_gateway_rest_api.this.id, var.stage)
  public_url = var.domain == null ? local._stage_url : "https://${var.domain.name}"

  # One line for each request. It holds no address, key, entity id, query or body, only the declared route and the key's id.
  access_log_format = {
    request_id        = "$context.requestId"
    time              = "$context.requestTime"
    method            = "$context.httpMethod"
    route             = "$context.resourcePath"
    status            = "$context.status"
    api_key_id        = "$context.identity.apiKeyId"
    response_type     = "$context.error.responseType"
    response_bytes    = "$context.responseLength"
    latency_ms        = "$context.responseLatency"
    integration_ms    = "$context.integrationLatency"
    integration_state = "$context.integration.status"
    trace_id          = "$context.xrayTraceId"
  }
}

resource "aws_api_gateway_rest_api" "this" {
  name = var.context.name
  # If mutual TLS protects the API's own name, the default endpoint must not bypass it.
  disable_execute_api_endpoint = var.domain != null && try(var.domain.is_only_endpoint, false)
  # The function receives request bodies as bytes, and may return compressed bodies.
  binary_media_types = ["*/*"]

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_method" "this" {
  #checkov:skip=CKV_AWS_59:The function checks signatures, passwords and tokens of posts; open_docs opens the description.
  #checkov:skip=CKV2_AWS_53:The function validates each event and reports which one is wrong; a request validator cannot.
  for_each = local.routes

  rest_api_id      = aws_api_gateway_rest_api.this.id
  resource_id      = local.resource_ids[each.value.path]
  http_method      = each.value.method
  authorization    = each.value.auth == "iam" ? "AWS_IAM" : "NONE"
  api_key_required = each.value.auth == "api_key"
}

resource "aws_api_gateway_integration" "this" {
  for_each = local.routes

  rest_api_id             = aws_api_gateway_rest_api.this.id
  resource_id             = local.resource_ids[each.value.path]
  http_method             = aws_api_gateway_method.this[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = each.value.invoke_arn
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id

  # Everything that a deployment freezes. Only attributes that are set here; others change on a refresh.
  triggers = {
    content = sha256(jsonencode([
      local.resource_ids,
      aws_api_gateway_rest_api.this.binary_media_types,
      aws_api_gateway_rest_api.this.disable_execute_api_endpoint,
      [for method in aws_api_gateway_method.this : [method.id, method.authorization, method.api_key_required]],
      { for name, route in local.routes : name => route.auth },
      [for integration in aws_api_gateway_integration.this : [integration.id, integration.type, integration.uri]],
      local.gateway_responses,
      local.policy,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [
    aws_api_gateway_integration.this, aws_api_gateway_gateway_response.this, aws_api_gateway_rest_api_policy.this, var.subscribed_sources
  ]
}

resource "aws_api_gateway_stage" "this" {
  #checkov:skip=CKV_AWS_120:The response to a post must not come from a cache, and readers get an ETag.
  #checkov:skip=CKV2_AWS_4:Execution logs need the account's only logging role; the access log and the function's log report each request.
  #checkov:skip=CKV2_AWS_29:The module waf attaches a firewall if the variable waf enables it.
  #checkov:skip=CKV_AWS_76:The access log is optional because it needs a role that the whole region of an account shares.
  #checkov:skip=CKV2_AWS_51:A client certificate identifies the gateway to an HTTP backend; this backend is a function.
  rest_api_id          = aws_api_gateway_rest_api.this.id
  deployment_id        = aws_api_gateway_deployment.this.id
  stage_name           = var.stage
  xray_tracing_enabled = var.context.function.tracing

  dynamic "access_log_settings" {
    for_each = aws_cloudwatch_log_group.access

    content {
      destination_arn = access_log_settings.value.arn
      format          = jsonencode(local.access_log_format)
    }
  }
}

resource "aws_cloudwatch_log_group" "access" {
  #checkov:skip=CKV_AWS_338:The retention is a variable.
  count = var.access_log_retention_days == null ? 0 : 1

  name              = "/${var.context.name}/api-access"
  retention_in_days = var.access_log_retention_days
  kms_key_id        = var.context.encryption.kms_key_arn
}
