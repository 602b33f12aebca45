# The door: who may post where and how often, and what the gateway answers by itself.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context   = jsondecode(file("../../tests/fixtures/context.json"))
  package   = { bucket = "packages", key = "abc.zip", digest = "q80=" }
  stage     = "test"
  topic_arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router.fifo"
  api_keys  = { sourceA = "a-key-of-source-a-made-elsewhere", reader = "a-key-of-readers-made-elsewhere" }
  listening = ["sourceA", "sourceB", "operator"]
  operator  = "operator"
  reader    = { rate_per_second = 20, burst = 40 }
  query     = { function_name = "ingestion-test-query", invoke_arn = "arn:aws:apigateway:mock:query" }
  drop      = { bucket = { name = "drop", arn = "arn:aws:s3:::drop" }, max_upload_bytes = 1000 }
  open_docs = false

  sources = {
    sourceA = { path = "a", auth = "api_key", principals = [], rate_per_second = 50, burst = 100 }
    sourceB = { path = "bees", auth = "api_key", principals = [], rate_per_second = 5, burst = 10 }
  }

  webhooks = { environment = {}, statements = [] }
}

run "every_source_posts_to_its_own_path_with_a_key" {
  command = plan

  assert {
    condition = toset([for resource in aws_api_gateway_resource.first : resource.path_part]) == toset([
      "a",
      "bees",
      "entities",
      "openapi.json",
    ])
    error_message = "every source must have its own path, and beside them there must be entities and the description only"
  }

  assert {
    condition = alltrue([
      for resource in aws_api_gateway_resource.first : resource.parent_id == aws_api_gateway_rest_api.this.root_resource_id
    ])
    error_message = "paths must lie at the root"
  }

  assert {
    condition = [for route in keys(aws_api_gateway_method.this) : route if !strcontains(route, "entities")] == [
      "GET openapi.json", "POST a", "POST a/uploads", "POST bees", "POST bees/uploads"
    ]
    error_message = "every source must post events, and announce files, at its own path; nothing else may be there"
  }

  assert {
    condition = alltrue([
      for route, method in aws_api_gateway_method.this :
      [method.http_method, method.resource_id] == [split(" ", route)[0], local.resource_ids[split(" ", route)[1]]]
    ])
    error_message = "every method must be that of its route"
  }

  assert {
    condition     = alltrue([for method in aws_api_gateway_method.this : method.api_key_required])
    error_message = "no path may be open"
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
    error_message = "ids may hold slashes: the last part must take all that is left of the path"
  }

  assert {
    condition = {
      for route, integration in aws_api_gateway_integration.this : route => integration.uri
      if strcontains(route, "entities")
      } == {
      "GET entities/{entity}"          = var.query.invoke_arn
      "GET entities/{entity}/{id+}"    = var.query.invoke_arn
      "PUT entities/{entity}/{id+}"    = module.function.invoke_arn
      "DELETE entities/{entity}/{id+}" = module.function.invoke_arn
    }
    error_message = "readers must reach the query function, corrections the ingestion API"
  }

  assert {
    condition = {
      for method, permission in aws_lambda_permission.entities : method => [permission.function_name, permission.source_arn]
      } == {
      GET    = [var.query.function_name, "${aws_api_gateway_rest_api.this.execution_arn}/*/GET/entities/*"]
      PUT    = [module.function.name, "${aws_api_gateway_rest_api.this.execution_arn}/*/PUT/entities/*"]
      DELETE = [module.function.name, "${aws_api_gateway_rest_api.this.execution_arn}/*/DELETE/entities/*"]
    }
    error_message = "each function must let in its own methods of entities, and no others"
  }
}

run "bodies_are_passed_on_as_bytes" {
  command = plan

  assert {
    condition     = aws_api_gateway_rest_api.this.binary_media_types == tolist(["*/*"])
    error_message = "a gateway that takes bodies for text changes bytes that are none, and cannot hand on compressed answers"
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
    error_message = "integrations must hand the whole request to the function, which Lambda takes by POST only"
  }

  assert {
    condition = alltrue([
      for route, integration in aws_api_gateway_integration.this :
      integration.uri == module.function.invoke_arn
      if !startswith(route, "GET entities")
    ])
    error_message = "all but what readers ask must reach the ingestion API"
  }

  assert {
    condition = toset([for permission in aws_lambda_permission.this : "${permission.principal} ${permission.source_arn}"]) == toset([
      "apigateway.amazonaws.com ${aws_api_gateway_rest_api.this.execution_arn}/*/POST/*",
      "apigateway.amazonaws.com ${aws_api_gateway_rest_api.this.execution_arn}/*/GET/openapi.json",
    ])
    error_message = "this API's posts and the calls for its description must be let in, and no other caller"
  }
}

run "anyone_may_read_open_docs_and_nothing_else_is_open" {
  command = plan

  variables {
    open_docs = true
  }

  assert {
    condition = toset([for route, method in aws_api_gateway_method.this : route if !method.api_key_required]) == toset([
      "GET openapi.json",
      "GET docs",
    ])
    error_message = "the description and its page must be open, and no other path"
  }

  assert {
    condition = toset([for permission in aws_lambda_permission.this : permission.source_arn]) == toset([
      for call in ["POST/*", "GET/openapi.json", "GET/docs"] : "${aws_api_gateway_rest_api.this.execution_arn}/*/${call}"
    ])
    error_message = "calls for the page must be let in too"
  }

  assert {
    condition     = module.function.environment.OPEN_DOCS == "true"
    error_message = "the function must not ask for a key where the gateway does not"
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
    error_message = "every source must have a usage plan with its rate and burst of the catalog, the reader with those of the variable"
  }

  assert {
    condition = alltrue([
      for plan in aws_api_gateway_usage_plan.this :
      [for stage in plan.api_stages : [stage.api_id, stage.stage]] == [
        [aws_api_gateway_rest_api.this.id, aws_api_gateway_stage.this.stage_name],
      ]
    ])
    error_message = "every usage plan must hold for the deployed stage"
  }

  assert {
    condition = { for key, member in aws_api_gateway_usage_plan_key.this : key => [member.usage_plan_id, member.key_id] } == merge([
      for source, plan in aws_api_gateway_usage_plan.this :
      { for key in [source, "${source}.1"] : key => [plan.id, aws_api_gateway_api_key.this[key].id] }
    ]...)
    error_message = "every usage plan must hold both keys of its own source"
  }
}

run "every_source_has_its_own_key" {
  command = plan

  assert {
    condition     = output.keys["sourceA"] == var.api_keys["sourceA"]
    error_message = "a key that is given must be used"
  }

  assert {
    condition     = length(output.keys["sourceB"]) > 0 && output.keys["sourceB"] != output.keys["sourceA"]
    error_message = "API Gateway must make the key that is left out"
  }

  assert {
    condition = (
      keys(nonsensitive(output.keys)) == ["operator", "sourceA", "sourceB"] &&
      nonsensitive(output.reader_key) == nonsensitive(var.api_keys["reader"])
    )
    error_message = "the operator must have a key as the sources do, and readers one that is no source's"
  }
}

run "the_function_knows_keys_by_their_digests_only" {
  command = plan

  assert {
    condition = module.function.environment.API_KEY_DIGESTS == join("", flatten([
      for source, key in nonsensitive(output.keys) :
      [for live in [key, nonsensitive(output.next_keys)[source]] : substr(base64sha256("${source}:${live}"), 0, 11)]
    ]))
    error_message = "every source and the operator, and nobody else, must have the digests that ingestion/auth/api_keys.py makes"
  }

  assert {
    # It is what tests/unit/auth/test_api_keys.py expects too.
    condition     = strcontains(module.function.environment.API_KEY_DIGESTS, "KKFUJkK8n+T")
    error_message = "a digest must be the one that the function makes"
  }

  assert {
    condition = !anytrue([
      for key in concat(values(nonsensitive(output.keys)), values(nonsensitive(output.next_keys))) :
      strcontains(jsonencode(module.function.environment), key)
    ])
    error_message = "no key itself may stand in the function's configuration"
  }

  assert {
    condition     = [module.function.environment.TOPIC_ARN, module.function.environment.OPEN_DOCS] == [var.topic_arn, "false"]
    error_message = "the function must be told the topic, and that its description takes a key"
  }

  assert {
    condition     = [module.function.environment.BUCKET, module.function.environment.MAX_UPLOAD_BYTES] == ["drop", "1000"]
    error_message = "the function must be told where files go, and how large one may be"
  }
}

run "the_gateway_answers_with_problem_documents" {
  command = plan

  assert {
    condition = { for type, answer in aws_api_gateway_gateway_response.this : type => answer.status_code } == {
      MISSING_AUTHENTICATION_TOKEN = "404"
      ACCESS_DENIED                = "403"
      INVALID_SIGNATURE            = "403"
      EXPIRED_TOKEN                = "403"
      BAD_REQUEST_PARAMETERS       = "401"
      INVALID_API_KEY              = "403"
      REQUEST_TOO_LARGE            = "413"
      WAF_FILTERED                 = "403"
      THROTTLED                    = "429"
      QUOTA_EXCEEDED               = "429"
      INTEGRATION_TIMEOUT          = "503"
      DEFAULT_5XX                  = "503"
    }
    error_message = "the gateway must answer with the statuses of the HTTP contract"
  }

  assert {
    condition = alltrue([
      for type, answer in aws_api_gateway_gateway_response.this :
      [answer.response_type, answer.response_parameters["gatewayresponse.header.Content-Type"]] == [type, "'application/problem+json'"]
    ])
    error_message = "answers must say that they are problem documents"
  }

  assert {
    condition = alltrue([
      for answer in aws_api_gateway_gateway_response.this : alltrue([
        for document in [jsondecode(answer.response_templates["application/json"])] :
        tostring(document.status) == answer.status_code && length(document.title) > 0 && length(document.detail) > 0
      ])
    ])
    error_message = "a problem document must hold the answer's own status, a title and a detail"
  }

  assert {
    condition = alltrue([
      for answer in aws_api_gateway_gateway_response.this :
      contains(keys(answer.response_parameters), "gatewayresponse.header.Retry-After") == contains(["429", "503"], answer.status_code)
    ])
    error_message = "who may come back must be told when, and nobody else"
  }
}

run "the_function_may_publish_to_the_topic_and_let_files_in_and_nothing_else" {
  command = plan

  assert {
    condition = toset(flatten([
      for s in jsondecode(module.function.policy).Statement : [for action in s.Action : "${s.Effect} ${action} ${s.Resource}"]
      if !startswith(s.Resource, "arn:aws:logs:")
      ])) == toset([
      "Allow sns:Publish ${var.topic_arn}",
      "Allow sns:PublishBatch ${var.topic_arn}",
      "Allow s3:PutObject arn:aws:s3:::drop/uploads/*",
    ])
    error_message = "beside its log the function may reach the topic and the folder of uploads only"
  }
}

run "callers_are_told_the_stages_own_address" {
  command = plan

  assert {
    condition = (
      output.url == aws_api_gateway_stage.this.invoke_url &&
      aws_api_gateway_stage.this.deployment_id == aws_api_gateway_deployment.this.id
    )
    error_message = "the address must be that of the stage that is deployed"
  }

  assert {
    condition     = !contains(keys(module.function.environment), "API_URL")
    error_message = "the function must tell callers the address that they have used"
  }
}

run "callers_are_told_another_address_where_there_is_one" {
  command = plan

  variables {
    url_format = "http://localhost/restapis/%s/%s/_user_request_"
  }

  assert {
    condition     = output.url == "http://localhost/restapis/${aws_api_gateway_rest_api.this.id}/test/_user_request_"
    error_message = "the address must hold the API's id and its stage"
  }

  assert {
    condition     = module.function.environment.API_URL == output.url
    error_message = "the function must tell callers the same address"
  }
}

run "a_name_of_its_own_is_told_and_leaves_the_stages_address_open" {
  command = plan

  variables {
    domain = { name = "api.example.com", is_only_way = false }
  }

  assert {
    condition     = output.url == "https://api.example.com" && module.function.environment.API_URL == "https://api.example.com"
    error_message = "callers must be told the API's own name, under which there is no stage"
  }

  assert {
    condition     = !aws_api_gateway_rest_api.this.disable_execute_api_endpoint
    error_message = "the address that AWS gives stays unless another is the only way"
  }
}

run "who_must_show_a_certificate_finds_no_other_way_in" {
  command = plan

  variables {
    domain = { name = "api.example.com", is_only_way = true }
  }

  assert {
    condition     = aws_api_gateway_rest_api.this.disable_execute_api_endpoint
    error_message = "the address that AWS gives asks for no certificate: it must be closed"
  }
}

run "what_api_gateway_would_refuse_is_refused" {
  command = plan

  variables {
    stage     = "te/st"
    topic_arn = "arn:aws:sns:eu-central-1:123456789012:ingestion-test-router"
  }

  expect_failures = [var.stage, var.topic_arn]
}

run "digests_of_148_sources_keys_fit_the_functions_environment_beside_the_longest_settings" {
  command = plan

  variables {
    context = merge(var.context, { name = "sixteen-letters--fifteen-letters" })
    sources = {
      for n in range(148) :
      "a-name-of-21-letters-${format("%03d", n)}" => {
        path            = "p${n}"
        auth            = "api_key"
        principals      = []
        rate_per_second = 50
        burst           = 100
      }
    }
    listening = concat(["operator"], [for n in range(148) : "a-name-of-21-letters-${format("%03d", n)}"])
    api_keys  = {}
    topic_arn = "arn:aws-us-gov:sns:us-gov-west-1:123456789012:sixteen-letters--fifteen-letters-router.fifo"
    domain    = { name = format("%0253d", 0), is_only_way = true }
    drop      = { bucket = { name = format("%063d", 0), arn = "arn:aws:s3:::drop" }, max_upload_bytes = 10000000000 }
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
    condition     = length(module.function.environment.API_KEY_DIGESTS) == 149 * 2 * 11
    error_message = "148 sources and the operator must have the digests of both their keys"
  }
}

run "a_key_of_no_source_is_refused" {
  command = plan

  variables {
    api_keys = { sourceX = "a-key-of-source-x-made-elsewhere" }
  }

  expect_failures = [var.api_keys]
}

run "no_path_goes_live_before_its_queue_listens" {
  command = plan

  variables {
    listening = ["sourceA", "sourceB"]
  }

  expect_failures = [var.listening]
}

run "no_access_log_is_kept_unless_told" {
  command = plan

  assert {
    condition     = length(aws_cloudwatch_log_group.access) == 0 && length(aws_api_gateway_stage.this.access_log_settings) == 0
    error_message = "an account without a logging role must be able to have the API"
  }
}

run "the_access_log_tells_requests_and_nobodys_secrets" {
  command = plan

  variables {
    access_log_retention_days = 30
  }

  assert {
    condition = [aws_cloudwatch_log_group.access[0].name, aws_cloudwatch_log_group.access[0].retention_in_days] == [
      "/ingestion-test/api-access",
      30,
    ]
    error_message = "the log must be kept as long as was asked for"
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
    error_message = "no key, address or id may be logged"
  }

  assert {
    condition     = !strcontains(one(aws_api_gateway_stage.this.access_log_settings).format, "\n")
    error_message = "a request must be one line"
  }
}

run "a_trace_begins_at_the_gateway" {
  command = plan

  variables {
    context = merge(var.context, { function = merge(var.context.function, { tracing = true }) })
  }

  assert {
    condition     = aws_api_gateway_stage.this.xray_tracing_enabled
    error_message = "the stage must be traced where the functions are"
  }
}

run "the_next_key_is_good_before_it_is_used" {
  command = plan

  variables {
    api_keys = { sourceA = "a-key-of-source-a-made-elsewhere", "sourceA.1" = "the-next-key-of-source-a-made-elsewhere" }
  }

  assert {
    condition = nonsensitive([output.keys["sourceA"], output.next_keys["sourceA"]]) == [
      var.api_keys["sourceA"],
      var.api_keys["sourceA.1"],
    ]
    error_message = "the key of generation 0 must be in use, that of generation 1 the next"
  }

  assert {
    condition     = keys(nonsensitive(output.next_keys)) == ["operator", "reader", "sourceA", "sourceB"]
    error_message = "sources, readers and the operator must all be able to go over to a next key"
  }

  assert {
    condition = (
      length(nonsensitive(output.reading_keys)) == 4 &&
      nonsensitive(output.reading_keys)[0] == nonsensitive(output.reader_key)
    )
    error_message = "both keys of readers and of the operator must be able to read"
  }
}

run "a_rotation_retires_one_key_and_leaves_the_next" {
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
    error_message = "a generation more must drop the oldest key, keep the next as it is and add one"
  }

  assert {
    condition     = nonsensitive(output.keys["sourceA"]) == "the-next-key-of-source-a-made-elsewhere"
    error_message = "the next key must be the one in use"
  }

  assert {
    condition     = toset(keys(aws_api_gateway_usage_plan.this)) == toset(["operator", "reader", "sourceA", "sourceB"])
    error_message = "a caller must keep its usage plan"
  }
}

run "generations_of_nobody_are_refused" {
  command = plan

  variables {
    key_generations = { sourceX = 1 }
  }

  expect_failures = [var.key_generations]
}

run "no_method_is_open_however_sources_show_who_they_are" {
  command = plan

  variables {
    sources = {
      sourceA = { path = "a", auth = "api_key", principals = [], rate_per_second = 50, burst = 100 }
      sourceH = { path = "h", auth = "hmac", principals = [], rate_per_second = 5, burst = 10 }
      sourceI = { path = "i", auth = "iam", principals = ["arn:aws:iam::123456789012:role/Sender"], rate_per_second = 7, burst = 14 }
    }
    listening = ["sourceA", "sourceH", "sourceI", "operator"]
    api_keys  = {}
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
    error_message = "AWS must check the signatures of the source that uses its credentials, for events and files"
  }

  assert {
    condition = toset([for route, method in aws_api_gateway_method.this : route if !method.api_key_required]) == toset([
      "POST h",
      "POST h/uploads",
      "POST i",
      "POST i/uploads",
    ])
    error_message = "all but those that sign must need a key"
  }

  assert {
    condition = alltrue([
      for route, method in aws_api_gateway_method.this :
      method.api_key_required ||
      method.authorization == "AWS_IAM" ||
      method.request_validator_id == aws_api_gateway_request_validator.signed[0].id
    ]) && aws_api_gateway_request_validator.signed[0].validate_request_parameters
    error_message = "the gateway must refuse what shows nothing, on every path"
  }

  assert {
    condition = alltrue([
      for route in ["POST h", "POST h/uploads"] : aws_api_gateway_method.this[route].request_parameters == tomap({
        "method.request.header.webhook-id"        = true
        "method.request.header.webhook-timestamp" = true
        "method.request.header.webhook-signature" = true
      })
    ])
    error_message = "a signed request must bring all three headers"
  }

  assert {
    condition = {
      for route, it in aws_api_gateway_method_settings.this :
      route => [it.method_path, it.settings[0].throttling_rate_limit, it.settings[0].throttling_burst_limit]
      } == {
      "POST h"         = ["~1h/POST", 5, 10]
      "POST h/uploads" = ["~1h~1uploads/POST", 5, 10]
      "POST i"         = ["~1i/POST", 7, 14]
      "POST i/uploads" = ["~1i~1uploads/POST", 7, 14]
    }
    error_message = "who is in no usage plan must have its rate at each of its methods"
  }

  assert {
    condition = (
      keys(nonsensitive(output.keys)) == ["operator", "sourceA"] &&
      length(module.function.environment.API_KEY_DIGESTS) == 2 * 2 * 11
    )
    error_message = "who signs must have no key"
  }

  assert {
    condition     = module.function.environment.CLAIMS_TABLE_NAME == "claims" && strcontains(module.function.policy, "table/claims")
    error_message = "the function must be told and allowed what it takes to check signatures"
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
    error_message = "everyone may knock, and at the path of AWS's principals nobody but those named"
  }
}

run "the_emulator_names_methods_as_they_are" {
  command = plan

  variables {
    sources             = { sourceH = { path = "h", auth = "hmac", principals = [], rate_per_second = 5, burst = 10 } }
    listening           = ["sourceH", "operator"]
    api_keys            = {}
    encode_method_paths = false
  }

  assert {
    condition     = toset([for it in aws_api_gateway_method_settings.this : it.method_path]) == toset(["h/POST", "h/uploads/POST"])
    error_message = "paths must be left as they are where that is asked for"
  }
}

run "keys_alone_need_nothing_else" {
  command = plan

  assert {
    condition = (
      length(aws_api_gateway_request_validator.signed) + length(aws_api_gateway_method_settings.this) == 0 &&
      length(jsondecode(aws_api_gateway_rest_api_policy.this.policy).Statement) == 1
    )
    error_message = "a catalog of API keys must cost nothing more"
  }
}

run "more_principals_than_the_policy_holds_are_refused" {
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
    listening = ["sourceI", "operator"]
    api_keys  = {}
  }

  expect_failures = [aws_api_gateway_rest_api_policy.this]
}
