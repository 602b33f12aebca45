# Routes, authentication, rates, and the gateway's own responses.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context            = jsondecode(file("../../tests/fixtures/context.json"))
  package            = { bucket = "packages", key = "abc.zip", digest = "q80=" }
  stage              = "test"
  topic_arn          = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo"
  api_keys           = { sourceA = "a-key-of-source-a-made-elsewhere", reader = "a-key-of-readers-made-elsewhere" }
  subscribed_sources = ["sourceA", "sourceB", "operator"]
  operator           = "operator"
  reader             = { rate_per_second = 20, burst = 40 }
  query_function     = { name = "ingestion-test-query", invoke_arn = "arn:aws:apigateway:mock:query" }
  search_function    = { name = "ingestion-test-search", invoke_arn = "arn:aws:apigateway:mock:search" }
  table              = { name = "entities", arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/entities" }
  upload_bucket      = { name = "drop", arn = "arn:aws:s3:::drop", max_upload_bytes = 1000 }
  open_docs          = false

  sources = {
    sourceA = { path = "a", auth = "api_key", principals = [], rate_per_second = 50, burst = 100 }
    sourceB = { path = "bees", auth = "api_key", principals = [], rate_per_second = 5, burst = 10 }
  }

  webhooks   = { environment = {}, statements = [] }
  hmac_paths = { rate_per_second = 200, burst = 400 }
}

run "every_source_posts_to_its_own_path_with_a_key" {
  command = plan

  assert {
    condition = toset([for resource in aws_api_gateway_resource.first : resource.path_part]) == toset([
      "a",
      "bees",
      "entities",
      "openapi.json",
      "search",
    ])
    error_message = "the API must have one path for each source, `entities`, `search` and the description, and no other"
  }

  assert {
    condition = alltrue([
      for resource in aws_api_gateway_resource.first : resource.parent_id == aws_api_gateway_rest_api.this.root_resource_id
    ])
    error_message = "the paths of sources must be children of the root"
  }

  assert {
    condition = [for route in keys(aws_api_gateway_method.this) : route if !strcontains(route, "entities")] == [
      "ANY ", "ANY a", "ANY a/uploads", "ANY bees", "ANY bees/uploads", "ANY openapi.json",
      "ANY search", "POST a", "POST a/uploads", "POST bees", "POST bees/uploads"
    ]
    error_message = "every source must have one path for events and one for uploads; the function must answer their other methods"
  }

  assert {
    condition = alltrue([
      for route, method in aws_api_gateway_method.this :
      [method.http_method, method.resource_id] == [split(" ", route)[0], local.resource_ids[split(" ", route)[1]]]
    ])
    error_message = "every method must belong to the resource of its route"
  }

  assert {
    condition     = alltrue([for method in aws_api_gateway_method.this : method.api_key_required])
    error_message = "every method must require an API key"
  }
}

run "entities_are_read_by_one_function_and_corrected_by_the_other" {
  command = plan

  assert {
    condition = [
      aws_api_gateway_resource.second["entities/{entity}"].path_part,
      aws_api_gateway_resource.third["entities/{entity}/{id+}"].path_part,
      aws_api_gateway_resource.third["entities/{entity}/{id+}"].parent_id,
    ] == ["{entity}", "{id+}", aws_api_gateway_resource.second["entities/{entity}"].id]
    error_message = "the last path parameter must be greedy, because ids may contain slashes"
  }

  assert {
    condition = {
      for route, integration in aws_api_gateway_integration.this : route => integration.uri
      if strcontains(route, "entities") || strcontains(route, "search")
      } == {
      "ANY entities/{entity}"          = var.query_function.invoke_arn
      "ANY entities/{entity}/{id+}"    = var.query_function.invoke_arn
      "PUT entities/{entity}/{id+}"    = module.function.invoke_arn
      "DELETE entities/{entity}/{id+}" = module.function.invoke_arn
      "ANY search"                     = var.search_function.invoke_arn
    }
    error_message = "reads must call the query function, searches the search function and corrections the API function"
  }

  assert {
    condition = {
      for permission in [aws_lambda_permission.this, aws_lambda_permission.query, aws_lambda_permission.search] :
      permission.function_name => [permission.principal, permission.source_arn]
      } == {
      (module.function.name)     = ["apigateway.amazonaws.com", "${aws_api_gateway_rest_api.this.execution_arn}/*/*"]
      (var.query_function.name)  = ["apigateway.amazonaws.com", "${aws_api_gateway_rest_api.this.execution_arn}/*/*/entities/*"]
      (var.search_function.name) = ["apigateway.amazonaws.com", "${aws_api_gateway_rest_api.this.execution_arn}/*/*/search"]
    }
    error_message = "only this API may call the functions, and the functions of readers only for their own paths"
  }
}

run "bodies_reach_the_function_as_bytes" {
  command = plan

  assert {
    condition     = aws_api_gateway_rest_api.this.binary_media_types == tolist(["*/*"])
    error_message = "every media type must be binary, or the gateway corrupts bytes and cannot return compressed responses"
  }
}

run "every_request_reaches_its_function" {
  command = plan

  assert {
    condition = {
      for route, integration in aws_api_gateway_integration.this : route => [integration.resource_id, integration.http_method]
      } == {
      for route, method in aws_api_gateway_method.this : route => [method.resource_id, method.http_method]
    }
    error_message = "every method must have an integration"
  }

  assert {
    condition = alltrue([
      for integration in aws_api_gateway_integration.this :
      [integration.type, integration.integration_http_method] == ["AWS_PROXY", "POST"]
    ])
    error_message = "integrations must be AWS_PROXY and call Lambda with POST"
  }

  assert {
    condition = alltrue([
      for route, integration in aws_api_gateway_integration.this :
      integration.uri == module.function.invoke_arn
      if !startswith(route, "ANY entities") && route != "ANY search"
    ])
    error_message = "every route except reads and searches must call the API function"
  }
}

run "open_docs_opens_the_description_and_its_page_only" {
  command = plan

  variables {
    open_docs = true
  }

  assert {
    condition = toset([for route, method in aws_api_gateway_method.this : route if !method.api_key_required]) == toset([
      "ANY ",
      "ANY openapi.json",
      "ANY docs",
    ])
    error_message = "only the description, its page and the links to them must be open"
  }
}

run "every_source_has_its_own_rate" {
  command = plan

  assert {
    condition = {
      for source, plan in aws_api_gateway_usage_plan.this :
      source => [plan.throttle_settings[0].rate_limit, plan.throttle_settings[0].burst_limit]
      } == {
      sourceA  = [50, 100]
      sourceB  = [5, 10]
      operator = [50, 100]
      reader   = [20, 40]
    }
    error_message = "every caller must have a usage plan with its own rate and burst"
  }

  assert {
    condition = alltrue([
      for plan in aws_api_gateway_usage_plan.this :
      [for stage in plan.api_stages : [stage.api_id, stage.stage]] == [
        [aws_api_gateway_rest_api.this.id, aws_api_gateway_stage.this.stage_name],
      ]
    ])
    error_message = "every usage plan must apply to the deployed stage"
  }

  assert {
    condition = { for key, member in aws_api_gateway_usage_plan_key.this : key => [member.usage_plan_id, member.key_id] } == merge([
      for source, plan in aws_api_gateway_usage_plan.this :
      { for key in [source, "${source}.1"] : key => [plan.id, aws_api_gateway_api_key.this[key].id] }
    ]...)
    error_message = "every usage plan must contain both keys of its own caller"
  }
}

run "every_source_has_its_own_key" {
  command = plan

  assert {
    condition     = output.keys["sourceA"] == var.api_keys["sourceA"]
    error_message = "a key in api_keys must be used"
  }

  assert {
    condition     = length(output.keys["sourceB"]) > 0 && output.keys["sourceB"] != output.keys["sourceA"]
    error_message = "API Gateway must generate a key that api_keys does not contain"
  }

  assert {
    condition = (
      keys(nonsensitive(output.keys)) == ["operator", "sourceA", "sourceB"] &&
      nonsensitive(output.reader_key) == nonsensitive(var.api_keys["reader"])
    )
    error_message = "the operator must have a key, and the reader must have one of its own"
  }
}

run "the_functions_environment_holds_digests_and_no_keys" {
  command = plan

  assert {
    condition = module.function.environment.API_KEY_DIGESTS == join("", flatten([
      for source, key in nonsensitive(output.keys) :
      [for valid in [key, nonsensitive(output.next_keys)[source]] : substr(base64sha256("${source}:${valid}"), 0, 11)]
    ]))
    error_message = "the environment must hold the digests that ingestion/auth/api_keys.py computes, for sources and the operator only"
  }

  assert {
    # tests/unit/auth/test_api_keys.py expects the same digest.
    condition     = strcontains(module.function.environment.API_KEY_DIGESTS, "KKFUJkK8n+T")
    error_message = "a digest must equal the one that the function computes"
  }

  assert {
    condition = !anytrue([
      for key in concat(values(nonsensitive(output.keys)), values(nonsensitive(output.next_keys))) :
      strcontains(jsonencode(module.function.environment), key)
    ])
    error_message = "the function's environment must not contain a key"
  }

  assert {
    condition     = [module.function.environment.TOPIC_ARN, module.function.environment.OPEN_DOCS] == [var.topic_arn, "false"]
    error_message = "the function must receive the topic and that the description needs a key"
  }

  assert {
    condition     = [module.function.environment.BUCKET, module.function.environment.MAX_UPLOAD_BYTES] == ["drop", "1000"]
    error_message = "the function must receive the bucket and the largest upload"
  }

  assert {
    condition     = module.function.environment.TABLE_NAME == var.table.name
    error_message = "the function must receive the table"
  }
}

run "the_gateway_responds_with_problem_documents" {
  command = plan

  assert {
    condition = { for type, response in aws_api_gateway_gateway_response.this : type => response.status_code } == {
      MISSING_AUTHENTICATION_TOKEN = "404"
      ACCESS_DENIED                = "403"
      INVALID_SIGNATURE            = "403"
      EXPIRED_TOKEN                = "403"
      INVALID_API_KEY              = "403"
      REQUEST_TOO_LARGE            = "413"
      WAF_FILTERED                 = "403"
      THROTTLED                    = "429"
      QUOTA_EXCEEDED               = "429"
      INTEGRATION_TIMEOUT          = "503"
      DEFAULT_5XX                  = "503"
    }
    error_message = "the gateway must respond with the statuses of the HTTP contract"
  }

  assert {
    condition = alltrue([
      for type, response in aws_api_gateway_gateway_response.this :
      [response.response_type, response.response_parameters["gatewayresponse.header.Content-Type"]] == [type, "'application/problem+json'"]
    ])
    error_message = "every response must have the content type application/problem+json"
  }

  assert {
    condition = alltrue([
      for response in aws_api_gateway_gateway_response.this : alltrue([
        for document in [jsondecode(response.response_templates["application/json"])] :
        tostring(document.status) == response.status_code && length(document.title) > 0 && length(document.detail) > 0
      ])
    ])
    error_message = "a problem document must hold the response's status, a title and a detail"
  }

  assert {
    condition = alltrue([
      for response in aws_api_gateway_gateway_response.this :
      contains(keys(response.response_parameters), "gatewayresponse.header.Retry-After") == contains(["429", "503"], response.status_code)
    ])
    error_message = "exactly the responses 429 and 503 must have a Retry-After header"
  }
}

run "the_function_may_publish_to_the_topic_put_uploads_and_get_one_entity_only" {
  command = plan

  assert {
    condition = toset(flatten([
      for s in jsondecode(module.function.policy).Statement : [for action in s.Action : "${s.Effect} ${action} ${s.Resource}"]
      if !startswith(s.Resource, "arn:aws:logs:")
      ])) == toset([
      "Allow sns:Publish ${var.topic_arn}",
      "Allow sns:PublishBatch ${var.topic_arn}",
      "Allow s3:PutObject arn:aws:s3:::drop/uploads/*",
      "Allow dynamodb:GetItem ${var.table.arn}",
    ])
    error_message = "apart from its log, the function may only reach the topic, the folder of uploads and one entity at a time"
  }
}

run "the_url_is_the_stages_by_default" {
  command = plan

  assert {
    condition = (
      output.url == aws_api_gateway_stage.this.invoke_url &&
      aws_api_gateway_stage.this.deployment_id == aws_api_gateway_deployment.this.id
    )
    error_message = "the URL must be that of the deployed stage"
  }

  assert {
    condition     = !contains(keys(module.function.environment), "API_URL")
    error_message = "API_URL must be unset, so that responses use the URL of the request"
  }
}

run "url_format_sets_the_url" {
  command = plan

  variables {
    url_format = "http://localhost/restapis/%s/%s/_user_request_"
  }

  assert {
    condition     = output.url == "http://localhost/restapis/${aws_api_gateway_rest_api.this.id}/test/_user_request_"
    error_message = "the URL must contain the API's id and its stage"
  }

  assert {
    condition     = module.function.environment.API_URL == output.url
    error_message = "the function must use the same URL"
  }
}

run "a_domain_name_sets_the_url_and_keeps_the_default_endpoint" {
  command = plan

  variables {
    domain = { name = "api.example.com", is_only_endpoint = false }
  }

  assert {
    condition     = output.url == "https://api.example.com" && module.function.environment.API_URL == "https://api.example.com"
    error_message = "the URL must be the domain name, without a stage"
  }

  assert {
    condition     = !aws_api_gateway_rest_api.this.disable_execute_api_endpoint
    error_message = "the default endpoint must stay enabled unless the domain is the only endpoint"
  }
}

run "mutual_tls_cannot_be_bypassed_by_the_default_endpoint" {
  command = plan

  variables {
    domain = { name = "api.example.com", is_only_endpoint = true }
  }

  assert {
    condition     = aws_api_gateway_rest_api.this.disable_execute_api_endpoint
    error_message = "the default endpoint requires no certificate and must be disabled"
  }
}

run "invalid_names_are_rejected" {
  command = plan

  variables {
    stage     = "te/st"
    topic_arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router"
  }

  expect_failures = [var.stage, var.topic_arn]
}

run "digests_of_145_sources_keys_fit_the_functions_environment_beside_the_longest_settings" {
  command = plan

  # The routes of so many sources take 20 s.
  plan_options {
    target = [module.function]
  }

  variables {
    context = merge(var.context, { name = "sixteen-letters--fifteen-letters" })
    sources = {
      for n in range(145) :
      "a-name-of-21-letters-${format("%03d", n)}" => {
        path            = "p${n}"
        auth            = "api_key"
        principals      = []
        rate_per_second = 50
        burst           = 100
      }
    }
    subscribed_sources = concat(["operator"], [for n in range(145) : "a-name-of-21-letters-${format("%03d", n)}"])
    api_keys           = {}
    topic_arn          = "arn:aws-us-gov:sns:us-gov-west-1:123456789012:sixteen-letters--fifteen-letters-router.fifo"
    domain             = { name = format("%0253d", 0), is_only_endpoint = true }
    table              = { name = "sixteen-letters--fifteen-letters-entities", arn = "arn:aws:dynamodb:::table/entities" }
    upload_bucket      = { name = format("%063d", 0), arn = "arn:aws:s3:::drop", max_upload_bytes = 10000000000 }
    webhooks = {
      environment = {
        WEBHOOK_SECRET_PREFIX = format("%041d", 0)
        CLAIMS_TABLE_NAME     = "sixteen-letters--fifteen-letters-webhook-claims"
        CLAIM_DAYS            = "30"
      }
      statements = []
    }
  }

  assert {
    condition     = length([for name in keys(aws_api_gateway_api_key.this) : name if !startswith(name, "reader")]) == 146 * 2
    error_message = "145 sources and the operator must have two keys each"
  }
}

run "an_api_key_of_an_unknown_source_is_rejected" {
  command = plan

  variables {
    api_keys = { sourceX = "a-key-of-source-x-made-elsewhere" }
  }

  expect_failures = [var.api_keys]
}

run "a_source_without_a_subscribed_queue_is_rejected" {
  command = plan

  variables {
    subscribed_sources = ["sourceA", "sourceB"]
  }

  expect_failures = [var.subscribed_sources]
}

run "there_is_no_access_log_by_default" {
  command = plan

  assert {
    condition     = length(aws_cloudwatch_log_group.access) == 0 && length(aws_api_gateway_stage.this.access_log_settings) == 0
    error_message = "the API must not need the account's logging role by default"
  }
}

run "the_access_log_holds_requests_and_no_secrets" {
  command = plan

  variables {
    access_log_retention_days = 30
  }

  assert {
    condition = [aws_cloudwatch_log_group.access[0].name, aws_cloudwatch_log_group.access[0].retention_in_days] == [
      "/ingestion-test/api-access",
      30,
    ]
    error_message = "the log must have the given retention"
  }

  assert {
    condition     = one(aws_api_gateway_stage.this.access_log_settings).destination_arn == aws_cloudwatch_log_group.access[0].arn
    error_message = "the stage must write to that log"
  }

  assert {
    condition = length(setintersection(values(jsondecode(one(aws_api_gateway_stage.this.access_log_settings).format)), [
      "$context.identity.apiKey", "$context.identity.sourceIp", "$context.identity.userAgent",
      "$context.path", "$context.requestOverride.path",
    ])) == 0
    error_message = "the log must not contain a key, an address or an id"
  }

  assert {
    condition     = !strcontains(one(aws_api_gateway_stage.this.access_log_settings).format, "\n")
    error_message = "a request must be one line of the log"
  }
}

run "tracing_starts_at_the_gateway" {
  command = plan

  variables {
    context = merge(var.context, { function = merge(var.context.function, { tracing = true }) })
  }

  assert {
    condition     = aws_api_gateway_stage.this.xray_tracing_enabled
    error_message = "the stage must be traced if the functions are"
  }
}

run "the_next_key_is_valid_before_the_rotation" {
  command = plan

  variables {
    api_keys = { sourceA = "a-key-of-source-a-made-elsewhere", "sourceA.1" = "the-next-key-of-source-a-made-elsewhere" }
  }

  assert {
    condition = nonsensitive([output.keys["sourceA"], output.next_keys["sourceA"]]) == [
      var.api_keys["sourceA"],
      var.api_keys["sourceA.1"],
    ]
    error_message = "generation 0 must be the current key and generation 1 the next"
  }

  assert {
    condition     = keys(nonsensitive(output.next_keys)) == ["operator", "reader", "sourceA", "sourceB"]
    error_message = "every caller must have a next key"
  }

  assert {
    condition = (
      length(nonsensitive(output.query_keys)) == 4 &&
      nonsensitive(output.query_keys)[0] == nonsensitive(output.reader_key)
    )
    error_message = "both keys of the reader and of the operator must be able to read"
  }
}

run "a_rotation_retires_the_current_key_and_keeps_the_next" {
  command = plan

  variables {
    key_generations = { sourceA = 1, reader = 2 }
    api_keys        = { "sourceA.1" = "the-next-key-of-source-a-made-elsewhere" }
  }

  assert {
    condition = toset(keys(aws_api_gateway_api_key.this)) == toset([
      "operator",
      "operator.1",
      "reader.2",
      "reader.3",
      "sourceA.1",
      "sourceA.2",
      "sourceB",
      "sourceB.1",
    ])
    error_message = "a rotation must remove the current key, keep the next and add one"
  }

  assert {
    condition     = nonsensitive(output.keys["sourceA"]) == "the-next-key-of-source-a-made-elsewhere"
    error_message = "the next key must become the current key"
  }

  assert {
    condition     = toset(keys(aws_api_gateway_usage_plan.this)) == toset(["operator", "reader", "sourceA", "sourceB"])
    error_message = "a caller must keep its usage plan"
  }
}

run "a_generation_of_an_unknown_source_is_rejected" {
  command = plan

  variables {
    key_generations = { sourceX = 1 }
  }

  expect_failures = [var.key_generations]
}

run "every_method_requires_authentication_of_its_kind" {
  command = plan

  variables {
    sources = {
      sourceA = { path = "a", auth = "api_key", principals = [], rate_per_second = 50, burst = 100 }
      sourceH = { path = "h", auth = "hmac", principals = [], rate_per_second = 5, burst = 10 }
      sourceI = { path = "i", auth = "iam", principals = ["arn:aws:iam::123456789012:role/Sender"], rate_per_second = 7, burst = 14 }
      sourceP = { path = "p", auth = "basic", principals = [], rate_per_second = 5, burst = 10 }
      sourceT = { path = "t", auth = "bearer", principals = [], rate_per_second = 5, burst = 10 }
    }
    subscribed_sources = ["sourceA", "sourceH", "sourceI", "sourceP", "sourceT", "operator"]
    api_keys           = {}
    webhooks = {
      environment = { WEBHOOK_SECRET_PREFIX = "test/", CLAIMS_TABLE_NAME = "claims" }
      statements  = [{ Action = ["dynamodb:UpdateItem"], Resource = "arn:aws:dynamodb:eu-central-1:123456789012:table/claims" }]
    }
  }

  assert {
    condition = toset([for route, method in aws_api_gateway_method.this : route if method.authorization == "AWS_IAM"]) == toset([
      "POST i",
      "POST i/uploads",
    ])
    error_message = "AWS must authorize events and uploads of a source with auth iam"
  }

  assert {
    condition = toset([for route, method in aws_api_gateway_method.this : route if !method.api_key_required]) == toset([
      "POST h",
      "POST h/uploads",
      "POST i",
      "POST i/uploads",
      "POST p",
      "POST p/uploads",
      "POST t",
      "POST t/uploads",
    ])
    error_message = "every method must require a key unless its source signs requests or sends a password or token"
  }

  assert {
    condition = alltrue([
      for route, method in aws_api_gateway_method.this :
      method.request_validator_id == null && length(coalesce(method.request_parameters, {})) == 0
    ])
    error_message = "the gateway must not require headers, because it compares their names by case"
  }

  assert {
    condition = {
      for route, settings in aws_api_gateway_method_settings.this :
      route => [settings.method_path, settings.settings[0].throttling_rate_limit, settings.settings[0].throttling_burst_limit]
      } == {
      "POST h"         = ["~1h/POST", 200, 400]
      "POST h/uploads" = ["~1h~1uploads/POST", 200, 400]
      "POST i"         = ["~1i/POST", 7, 14]
      "POST i/uploads" = ["~1i~1uploads/POST", 7, 14]
      "POST p"         = ["~1p/POST", 200, 400]
      "POST p/uploads" = ["~1p~1uploads/POST", 200, 400]
      "POST t"         = ["~1t/POST", 200, 400]
      "POST t/uploads" = ["~1t~1uploads/POST", 200, 400]
    }
    error_message = "a path with AWS credentials must have its source's rate, and one that everyone can send to the limit of such paths"
  }

  assert {
    condition = (
      keys(nonsensitive(output.keys)) == ["operator", "sourceA"] &&
      length(module.function.environment.API_KEY_DIGESTS) == 2 * 2 * 11
    )
    error_message = "only a source with auth api_key must have an API key"
  }

  assert {
    condition     = module.function.environment.CLAIMS_TABLE_NAME == "claims" && strcontains(module.function.policy, "table/claims")
    error_message = "the function must have the environment variables and permissions to check signatures"
  }

  assert {
    condition = jsondecode(aws_api_gateway_rest_api_policy.this.policy).Statement == [
      {
        Effect    = "Allow"
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource  = "${aws_api_gateway_rest_api.this.execution_arn}/*"
      },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "execute-api:Invoke"
        Resource = [
          "${aws_api_gateway_rest_api.this.execution_arn}/test/POST/i",
          "${aws_api_gateway_rest_api.this.execution_arn}/test/POST/i/*",
        ]
        Condition = { StringNotEquals = { "aws:PrincipalArn" = ["arn:aws:iam::123456789012:role/Sender"] } }
      },
    ]
    error_message = "the policy must allow everyone, and deny the path of a source with auth iam to all but its principals"
  }
}

run "a_signing_source_over_the_limit_of_its_path_is_rejected" {
  command = plan

  variables {
    sources            = { sourceH = { path = "h", auth = "hmac", principals = [], rate_per_second = 201, burst = 10 } }
    subscribed_sources = ["sourceH", "operator"]
    api_keys           = {}
  }

  expect_failures = [var.hmac_paths]
}

run "method_paths_are_not_encoded_for_the_emulator" {
  command = plan

  variables {
    sources             = { sourceH = { path = "h", auth = "hmac", principals = [], rate_per_second = 5, burst = 10 } }
    subscribed_sources  = ["sourceH", "operator"]
    api_keys            = {}
    encode_method_paths = false
  }

  assert {
    condition     = toset(values(aws_api_gateway_method_settings.this)[*].method_path) == toset(["h/POST", "h/uploads/POST"])
    error_message = "paths must not be encoded if encode_method_paths is false"
  }
}

run "api_keys_alone_need_no_method_settings" {
  command = plan

  assert {
    condition = (
      length(aws_api_gateway_method_settings.this) == 0 &&
      length(jsondecode(aws_api_gateway_rest_api_policy.this.policy).Statement) == 1
    )
    error_message = "a catalog with API keys only must create no method settings or Deny statement"
  }
}

run "too_many_principals_for_the_policy_are_rejected" {
  command = plan

  variables {
    sources = {
      sourceI = {
        path            = "i"
        auth            = "iam"
        principals      = [for n in range(150) : "arn:aws:iam::123456789012:role/service/The-Sender-${n}"]
        rate_per_second = 5
        burst           = 10
      }
    }
    subscribed_sources = ["sourceI", "operator"]
    api_keys           = {}
  }

  expect_failures = [aws_api_gateway_rest_api_policy.this]
}

run "the_function_has_its_reserved_concurrency" {
  command = plan

  variables {
    concurrency = 50
  }

  assert {
    condition     = module.function.concurrency == 50
    error_message = "the function must have the concurrency of var.concurrency"
  }
}

run "the_function_may_only_add_to_the_quarantine" {
  command = plan

  variables {
    quarantine = {
      environment = { QUARANTINE_QUEUE_URL = "https://sqs/ingestion-test-{source}-dlq.fifo" }
      statements = [
        { Action = ["sqs:SendMessage"], Resource = "arn:aws:sqs:eu-central-1:123456789012:ingestion-test-sourceA-dlq.fifo" },
        { Action = ["s3:PutObject"], Resource = "arn:aws:s3:::drop/quarantine/*" },
      ]
    }
  }

  assert {
    condition = jsonencode([
      for statement in jsondecode(module.function.policy).Statement :
      [statement.Action, statement.Resource] if length(regexall("quarantine|sqs", jsonencode(statement))) > 0
    ]) == jsonencode([for statement in var.quarantine.statements : [statement.Action, statement.Resource]])
    error_message = "the function must not read or delete kept requests"
  }
}
