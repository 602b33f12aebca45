# The door: one path for each source, with a credential and a rate of its own; one for readers and corrections.
# Who may come in how is in credentials.tf.

locals {
  entities_path = "entities/{entity}"
  entity_path   = "${local.entities_path}/{id+}"

  # By path and not by source: a source that is renamed keeps its path without a clash.
  posts = { for path, source in merge(
    { for source in var.sources : source.path => source },
    { for source in var.sources : "${source.path}/uploads" => source },
  ) : "POST ${path}" => { path = path, source = source } }
  docs = var.open_docs ? ["openapi.json", "docs"] : ["openapi.json"]
  # The description is open or not; its page in a browser can send no key.
  docs_auth = var.open_docs ? "none" : "api_key"
  _ours     = module.function.invoke_arn
  _queries  = var.query.invoke_arn
  routes = { for route in concat(
    [for post in local.posts : { method = "POST", path = post.path, auth = post.source.auth, invoke_arn = local._ours }],
    [for path in local.docs : { method = "GET", path = path, auth = local.docs_auth, invoke_arn = local._ours }],
    [for path in [local.entities_path, local.entity_path] : { method = "GET", path = path, auth = "api_key", invoke_arn = local._queries }],
    [for method in ["PUT", "DELETE"] : { method = method, path = local.entity_path, auth = "api_key", invoke_arn = local._ours }],
  ) : "${route.method} ${route.path}" => route }

  # A path and those above it, by how deep they lie: a resource lies below its parent.
  _parts = [for route in local.routes : split("/", route.path)]
  _paths = distinct(flatten([for parts in local._parts : [for depth in range(1, length(parts) + 1) : join("/", slice(parts, 0, depth))]]))
  depths = { for path in local._paths : path => length(split("/", path)) }

  _resources   = merge(aws_api_gateway_resource.first, aws_api_gateway_resource.second, aws_api_gateway_resource.third)
  resource_ids = { for path, resource in local._resources : path => resource.id }

  # By the stage's name as given: the function's settings must not wait for the stage.
  _stage_url = var.url_format == null ? null : format(var.url_format, aws_api_gateway_rest_api.this.id, var.stage)
  url        = var.domain == null ? local._stage_url : "https://${var.domain.name}"

  # One line a request. No address, key, id of an entity, query or body: the route as it is declared, the key by its number.
  access_log = {
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

  problem_headers = { "gatewayresponse.header.Content-Type" = "'application/problem+json'" }
  come_back       = { "gatewayresponse.header.Retry-After" = "'1'" }

  # What the gateway answers by itself, as RFC 9457 problem documents.
  gateway_answers = {
    for type, answer in {
      MISSING_AUTHENTICATION_TOKEN = [404, "there is no such path and method, or it takes only requests signed with AWS credentials"]
      ACCESS_DENIED                = [403, "the request must be signed by one of this source's principals"]
      INVALID_SIGNATURE            = [403, "the signature (AWS Signature Version 4) does not fit"]
      EXPIRED_TOKEN                = [403, "the AWS credentials have expired"]
      BAD_REQUEST_PARAMETERS       = [401, "the headers ${local._signed_headers} must be there, in small letters"]
      INVALID_API_KEY              = [403, "the header x-api-key must hold a key for this path"]
      REQUEST_TOO_LARGE            = [413, "a body must have at most 6291456 bytes"]
      WAF_FILTERED                 = [403, "the firewall takes this request for an attack"]
      THROTTLED                    = [429, "over the rate: repeat, events with the same ids"]
      QUOTA_EXCEEDED               = [429, "over this key's quota: repeat, events with the same ids"]
      INTEGRATION_TIMEOUT          = [503, "no answer in time: repeat, events with the same ids"]
      DEFAULT_5XX                  = [503, "not done: repeat, events with the same ids"]
    } : type => { status = answer[0], title = local._titles[answer[0]], detail = answer[1] }
  }
  _titles = {
    401 = "Unauthorized"
    403 = "Forbidden"
    404 = "Not Found"
    413 = "Content Too Large"
    429 = "Too Many Requests"
    503 = "Service Unavailable"
  }
  _signed_headers = "${join(", ", slice(local.signed_headers, 0, 2))} and ${local.signed_headers[2]}"
}

resource "aws_api_gateway_rest_api" "this" {
  name = var.context.name
  # Who must show a certificate at the API's own name could do without it here.
  disable_execute_api_endpoint = var.domain != null && try(var.domain.is_only_way, false)
  # Requests come in as the bytes they are, and compressed answers go out as such.
  binary_media_types = ["*/*"]

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

# What lies below another cannot be one block with it.
resource "aws_api_gateway_resource" "first" {
  for_each = toset([for path, depth in local.depths : path if depth == 1])

  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_rest_api.this.root_resource_id
  path_part   = each.key
}

resource "aws_api_gateway_resource" "second" {
  for_each = toset([for path, depth in local.depths : path if depth == 2])

  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_resource.first[dirname(each.key)].id
  path_part   = basename(each.key)
}

resource "aws_api_gateway_resource" "third" {
  for_each = toset([for path, depth in local.depths : path if depth == 3])

  rest_api_id = aws_api_gateway_rest_api.this.id
  parent_id   = aws_api_gateway_resource.second[dirname(each.key)].id
  path_part   = basename(each.key)
}

resource "aws_api_gateway_method" "this" {
  #checkov:skip=CKV_AWS_59:The function checks signed posts, as it alone sees the body; open_docs opens the description.
  #checkov:skip=CKV2_AWS_53:The function checks each event of a body and says which is wrong, which a validator cannot.
  for_each = local.routes

  rest_api_id      = aws_api_gateway_rest_api.this.id
  resource_id      = local.resource_ids[each.value.path]
  http_method      = each.value.method
  authorization    = each.value.auth == "iam" ? "AWS_IAM" : "NONE"
  api_key_required = each.value.auth == "api_key"

  # Only the function can check the signature, but without one nothing gets there.
  request_validator_id = each.value.auth == "hmac" ? one(aws_api_gateway_request_validator.signed[*].id) : null
  request_parameters = each.value.auth == "hmac" ? {
    for header in local.signed_headers : "method.request.header.${header}" => true
  } : null
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

resource "aws_api_gateway_gateway_response" "this" {
  for_each = local.gateway_answers

  rest_api_id         = aws_api_gateway_rest_api.this.id
  response_type       = each.key
  status_code         = tostring(each.value.status)
  response_templates  = { "application/json" = jsonencode(each.value) }
  response_parameters = merge(local.problem_headers, contains([429, 503], each.value.status) ? local.come_back : {})
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id

  # Whatever a deployment freezes; only what is set here, as other attributes change when read.
  triggers = {
    content = sha256(jsonencode([
      local.resource_ids,
      aws_api_gateway_rest_api.this.binary_media_types,
      aws_api_gateway_rest_api.this.disable_execute_api_endpoint,
      [for method in aws_api_gateway_method.this : [method.id, method.authorization, method.api_key_required]],
      { for route, it in local.routes : route => it.auth },
      [for integration in aws_api_gateway_integration.this : [integration.id, integration.type, integration.uri]],
      local.gateway_answers,
      local.policy,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [
    aws_api_gateway_integration.this, aws_api_gateway_gateway_response.this, aws_api_gateway_rest_api_policy.this, var.listening
  ]
}

resource "aws_api_gateway_stage" "this" {
  #checkov:skip=CKV_AWS_120:Posts must not be answered from a cache, and readers get an ETag.
  #checkov:skip=CKV2_AWS_4:Execution logs need the account's one logging role; the access log and the function's log tell each request.
  #checkov:skip=CKV2_AWS_29:The firewall is a variable (waf), and stands in a module of its own.
  #checkov:skip=CKV_AWS_76:The access log is a variable, as it needs a role that an account's whole region shares.
  #checkov:skip=CKV2_AWS_51:A client certificate shows the gateway to a server behind it; behind this one is a function.
  rest_api_id   = aws_api_gateway_rest_api.this.id
  deployment_id = aws_api_gateway_deployment.this.id
  stage_name    = var.stage
  # Where the trace of a request begins, if there is to be one.
  xray_tracing_enabled = var.context.function.tracing

  dynamic "access_log_settings" {
    for_each = aws_cloudwatch_log_group.access

    content {
      destination_arn = access_log_settings.value.arn
      format          = jsonencode(local.access_log)
    }
  }
}

resource "aws_cloudwatch_log_group" "access" {
  #checkov:skip=CKV_AWS_338:How long it is kept is a variable.
  count = var.access_log_retention_days == null ? 0 : 1

  name              = "/${var.context.name}/api-access"
  retention_in_days = var.access_log_retention_days
  kms_key_id        = var.context.encryption.kms_key_arn
}

resource "aws_lambda_permission" "this" {
  # Any stage, but of this API, posts and its description only; one for all posts, as a function's policy is short.
  for_each = toset(concat(["POST/*"], [for path in local.docs : "GET/${path}"]))

  function_name = module.function.name
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.this.execution_arn}/*/${each.key}"
}

resource "aws_lambda_permission" "entities" {
  for_each = { GET = var.query.function_name, PUT = module.function.name, DELETE = module.function.name }

  function_name = each.value
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  # Any stage, but of this API and this method of entities only.
  source_arn = "${aws_api_gateway_rest_api.this.execution_arn}/*/${each.key}/entities/*"
}

module "function" {
  source = "../function"

  name            = "${var.context.name}-api"
  description     = "Checks what sources post and hands it to the router."
  handler         = "ingestion.handlers.api.handler"
  timeout_seconds = 29
  context         = var.context
  package         = var.package

  environment = merge(local.url == null ? {} : { API_URL = local.url }, var.webhooks.environment, {
    TOPIC_ARN        = var.topic_arn
    BUCKET           = var.drop.bucket.name
    MAX_UPLOAD_BYTES = tostring(var.drop.max_upload_bytes)
    OPEN_DOCS        = jsonencode(var.open_docs)
    # The same as ingestion/auth/api_keys.py makes.
    API_KEY_DIGESTS = join("", flatten([
      for sender in local.senders : [
        for key in local.live_keys[sender] :
        nonsensitive(substr(base64sha256("${sender}:${aws_api_gateway_api_key.this[key].value}"), 0, 11))
      ]
    ]))
  })

  statements = concat(var.webhooks.statements, [
    # AWS checks a batch as Publish; the emulator asks for the call by its own name.
    { Action = ["sns:Publish", "sns:PublishBatch"], Resource = var.topic_arn },
    # A URL that the function signs may do what the function may: put any file into this folder.
    { Action = ["s3:PutObject"], Resource = "${var.drop.bucket.arn}/uploads/*" },
  ])
}
