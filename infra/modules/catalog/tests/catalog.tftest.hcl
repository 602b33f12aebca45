# The catalog's rules: what a plan refuses, and that it names what is wrong.

variables {
  entities = ["EQUIPMENT", "CONTRACT"]

  yaml = <<-YAML
    sources:
      sourceA:
        path: a
        entities: [EQUIPMENT]
        auth: api_key
      sourceB:
        path: b
        entities: [CONTRACT, EQUIPMENT]
        auth: api_key
        rate_per_second: 10000
        burst: 5000
  YAML
}

run "defaults_are_filled_in" {
  command = plan

  assert {
    condition     = output.sources.sourceA == { path = "a", entities = tolist(["EQUIPMENT"]), auth = "api_key", principals = [], rate_per_second = 50, burst = 100, expect_every_minutes = null }
    error_message = "a source without a rate must have 50 requests per second and 100 at once"
  }

  assert {
    condition     = output.sources.sourceB == { path = "b", entities = tolist(["CONTRACT", "EQUIPMENT"]), auth = "api_key", principals = [], rate_per_second = 10000, burst = 5000, expect_every_minutes = null }
    error_message = "a source must keep what its entry says"
  }
}

run "a_list_in_place_of_the_sources_is_refused" {
  command = plan

  variables {
    yaml = "sources: [sourceA, sourceB]"
  }

  expect_failures = [var.yaml]
}

run "no_source_at_all_is_refused" {
  command = plan

  variables {
    yaml = "sources: {}"
  }

  expect_failures = [var.yaml]
}

run "a_text_that_is_no_yaml_is_refused" {
  command = plan

  variables {
    yaml = "sources: {"
  }

  expect_failures = [var.yaml]
}

run "a_misspelt_list_of_sources_is_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "sources:", "source:")
  }

  expect_failures = [var.yaml]
}

run "no_known_entity_is_refused" {
  command = plan

  variables {
    entities = []
  }

  expect_failures = [var.entities]
}

run "an_unknown_key_of_the_catalog_is_named" {
  command = plan

  variables {
    yaml = "${var.yaml}\ndefaults: {}\n"
  }

  assert {
    condition     = join(", ", local.unknown_keys) == "defaults"
    error_message = "the unknown key must be named"
  }

  expect_failures = [output.sources]
}

run "a_misspelt_key_of_a_source_is_named" {
  command = plan

  variables {
    yaml = replace(var.yaml, "burst:", "bursts:")
  }

  assert {
    condition     = join(", ", local.unknown_keys) == "sources.sourceB.bursts"
    error_message = "the misspelt key and its source must be named"
  }

  expect_failures = [output.sources]
}

run "a_misspelt_key_of_a_sources_files_is_named" {
  command = plan

  variables {
    yaml = <<-YAML
      sources:
        sourceA: {path: a, entities: [EQUIPMENT], auth: api_key, files: {encoding: cp1252, colums: {No: equipment_id}}}
    YAML
  }

  expect_failures = [output.sources]
}

run "files_may_be_described" {
  command = plan

  variables {
    yaml = <<-YAML
      sources:
        sourceA:
          path: a
          entities: [EQUIPMENT]
          auth: api_key
          files: {encoding: cp1252, delimiter: ";", entity: EQUIPMENT, columns: {No: equipment_id}, ignore: [x], key: [a, b], time: at}
    YAML
  }

  assert {
    condition     = keys(output.sources) == ["sourceA"]
    error_message = "every key that a source's files may have must be taken"
  }
}

run "a_missing_path_is_named" {
  command = plan

  variables {
    yaml = replace(var.yaml, "    path: b\n", "")
  }

  assert {
    condition     = join(", ", local.missing_keys) == "sources.sourceB.path"
    error_message = "the missing key and its source must be named"
  }

  expect_failures = [output.sources]
}

run "missing_entities_are_named" {
  command = plan

  variables {
    yaml = replace(var.yaml, "    entities: [EQUIPMENT]\n", "")
  }

  assert {
    condition     = join(", ", local.missing_keys) == "sources.sourceA.entities"
    error_message = "the missing key and its source must be named"
  }

  expect_failures = [output.sources]
}

run "a_source_without_auth_is_never_open" {
  command = plan

  variables {
    yaml = replace(var.yaml, "/(?s)auth: api_key(.*sourceB)/", "$1")
  }

  assert {
    condition     = join(", ", local.missing_keys) == "sources.sourceA.auth"
    error_message = "the missing key and its source must be named"
  }

  expect_failures = [output.sources]
}

run "every_missing_key_of_an_empty_entry_is_named" {
  command = plan

  variables {
    yaml = "${var.yaml}  sourceC:\n"
  }

  assert {
    condition     = join(", ", local.missing_keys) == "sources.sourceC.path, sources.sourceC.entities, sources.sourceC.auth"
    error_message = "every missing key must be named"
  }

  expect_failures = [output.sources]
}

run "a_source_name_that_no_queue_can_have_is_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "sourceB", "source.B")
  }

  assert {
    condition     = join(", ", local.bad_names) == "source.B"
    error_message = "the bad name must be given"
  }

  expect_failures = [output.sources]
}

run "a_path_that_is_a_number_is_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "path: b", "path: 7")
  }

  assert {
    condition     = join(", ", local.bad_paths) == "sourceB: 7"
    error_message = "the bad path and its source must be named"
  }

  expect_failures = [output.sources]
}

run "auth_that_is_no_text_is_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "/(?s)auth: api_key(.*sourceB)/", "auth: [api_key]$1")
  }

  assert {
    condition     = join(", ", local.bad_auths) == "sourceA: [\"api_key\"]"
    error_message = "the bad auth and its source must be named"
  }

  expect_failures = [output.sources]
}

run "a_path_of_two_segments_is_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "path: b", "path: b/c")
  }

  assert {
    condition     = join(", ", local.bad_paths) == "sourceB: b/c"
    error_message = "the bad path and its source must be named"
  }

  expect_failures = [output.sources]
}

run "a_path_used_twice_is_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "path: b", "path: a")
  }

  assert {
    condition     = join(", ", local.shared_paths) == "a (sourceA, sourceB)"
    error_message = "the path and all its sources must be named"
  }

  expect_failures = [output.sources]
}

run "an_unknown_entity_is_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "CONTRACT", "CONTRACTS")
  }

  assert {
    condition     = join(", ", local.unknown_entities) == "sourceB: CONTRACTS"
    error_message = "the unknown entity and its source must be named"
  }

  expect_failures = [output.sources]
}

run "entities_as_text_are_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "[EQUIPMENT]", "EQUIPMENT")
  }

  assert {
    condition     = join(", ", local.unlisted_entities) == "sourceA"
    error_message = "the source must be named"
  }

  expect_failures = [output.sources]
}

run "a_source_that_sends_nothing_is_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "[EQUIPMENT]", "[]")
  }

  assert {
    condition     = join(", ", local.without_entities) == "sourceA"
    error_message = "the source must be named"
  }

  expect_failures = [output.sources]
}

run "auth_none_is_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "/(?s)auth: api_key(.*sourceB)/", "auth: none$1")
  }

  assert {
    condition     = join(", ", local.bad_auths) == "sourceA: none"
    error_message = "the unknown auth and its source must be named"
  }

  expect_failures = [output.sources]
}

run "sources_may_sign" {
  command = plan

  variables {
    yaml = <<-YAML
      sources:
        sourceA: {path: a, entities: [EQUIPMENT], auth: hmac}
        sourceB:
          path: b
          entities: [EQUIPMENT]
          auth: iam
          principals: ["arn:aws:iam::123456789012:role/service/Sender", "arn:aws-us-gov:iam::210987654321:user/sender@example.com"]
    YAML
  }

  assert {
    condition     = [output.sources.sourceA.auth, output.sources.sourceB.auth] == ["hmac", "iam"] && length(output.sources.sourceB.principals) == 2
    error_message = "a source must keep how it signs, and who may"
  }
}

run "principals_that_are_none_are_refused" {
  command = plan

  variables {
    yaml = yamlencode({
      sources = {
        for name, principals in {
          none     = null
          empty    = []
          text     = "arn:aws:iam::123456789012:role/Sender"
          anyone   = ["*"]
          account  = ["arn:aws:iam::123456789012:root"]
          session  = ["arn:aws:sts::123456789012:assumed-role/Sender/me"]
          wildcard = ["arn:aws:iam::123456789012:role/*"]
          variable = ["arn:aws:iam::123456789012:user/$${aws:username}"]
          number   = [7]
          sound    = ["arn:aws:iam::123456789012:role/Sender"]
        } : name => { path = name, entities = ["EQUIPMENT"], auth = "iam", principals = principals }
      }
    })
  }

  assert {
    condition     = toset(local.bad_principals) == toset(["none", "empty", "text", "anyone", "account", "session", "wildcard", "variable", "number"])
    error_message = "exactly the sources without exact roles or users must be named"
  }

  expect_failures = [output.sources]
}

run "principals_of_who_does_not_sign_with_aws_credentials_are_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "/(?s)auth: api_key(.*sourceB)/", "auth: hmac\n    principals: [\"arn:aws:iam::123456789012:role/Sender\"]$1")
  }

  assert {
    condition     = join(", ", local.bad_principals) == "sourceA"
    error_message = "the source must be named"
  }

  expect_failures = [output.sources]
}

run "a_rate_over_what_aws_gives_is_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "rate_per_second: 10000", "rate_per_second: 10001")
  }

  assert {
    condition     = join(", ", local.bad_rates) == "sources.sourceB.rate_per_second"
    error_message = "the bad rate and its source must be named"
  }

  expect_failures = [output.sources]
}

run "a_rate_of_half_a_request_is_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "rate_per_second: 10000", "rate_per_second: 0.5")
  }

  assert {
    condition     = join(", ", local.bad_rates) == "sources.sourceB.rate_per_second"
    error_message = "the bad rate and its source must be named"
  }

  expect_failures = [output.sources]
}

run "a_rate_as_text_is_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "rate_per_second: 10000", "rate_per_second: \"50\"")
  }

  assert {
    condition     = join(", ", local.bad_rates) == "sources.sourceB.rate_per_second"
    error_message = "the bad rate and its source must be named"
  }

  expect_failures = [output.sources]
}

run "a_burst_of_nothing_is_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "burst: 5000", "burst: 0")
  }

  assert {
    condition     = join(", ", local.bad_rates) == "sources.sourceB.burst"
    error_message = "the bad burst and its source must be named"
  }

  expect_failures = [output.sources]
}

run "a_source_named_like_a_queue_of_the_platforms_own_is_refused" {
  command = plan

  variables {
    yaml = replace(replace(var.yaml, "sourceA:", "unrouted:"), "sourceB:", "x-dlq:")
  }

  assert {
    condition     = toset(local.taken_names) == toset(["unrouted", "x-dlq"])
    error_message = "the taken names must be named"
  }

  expect_failures = [output.sources]
}

run "a_source_named_like_a_caller_or_a_function_of_the_platforms_own_is_refused" {
  command = plan

  variables {
    yaml = yamlencode({
      sources = { for name in ["Operator", "reader", "FILES", "changes", "x-subscriber", "readers"] : name => { path = lower("of-${name}"), entities = ["EQUIPMENT"], auth = "api_key" } }
    })
  }

  assert {
    condition     = toset(local.taken_names) == toset(["Operator", "reader", "FILES", "changes", "x-subscriber"])
    error_message = "the taken names must be named, whatever their case, and no other"
  }

  expect_failures = [output.sources]
}

run "a_path_of_the_platforms_own_is_refused" {
  command = plan

  variables {
    yaml = replace(replace(var.yaml, "path: a", "path: entities"), "path: b", "path: docs")
  }

  assert {
    condition     = join(", ", local.taken_paths) == "sourceA: entities, sourceB: docs"
    error_message = "the paths and their sources must be named"
  }

  expect_failures = [output.sources]
}

run "the_operator_is_no_source_of_the_catalog" {
  command = plan

  assert {
    condition     = output.operator == "operator" && !contains(keys(output.sources), output.operator)
    error_message = "the operator must stand beside the sources"
  }
}

run "sources_whose_names_differ_by_case_only_are_refused" {
  command = plan

  variables {
    yaml = replace(var.yaml, "sourceB:", "SOURCEA:")
  }

  expect_failures = [output.sources]
}

run "there_may_be_any_number_of_sources" {
  command = plan

  variables {
    yaml = yamlencode({ sources = { for n in range(300) : "s${n}" => { path = "p${n}", entities = ["EQUIPMENT"], auth = "api_key" } } })
  }

  assert {
    condition     = length(output.sources) == 300
    error_message = "how many there can be is not the catalog's to say"
  }
}

run "a_source_may_say_how_often_it_sends" {
  command = plan

  variables {
    yaml = yamlencode({
      sources = { for minutes in [15, 1440, 1500, 10080] : "s${minutes}" => { path = "p${minutes}", entities = ["EQUIPMENT"], auth = "api_key", expect_every_minutes = minutes } }
    })
  }

  assert {
    condition     = { for name, source in output.sources : name => source.expect_every_minutes } == { s15 = 15, s1440 = 1440, s1500 = 1500, s10080 = 10080 }
    error_message = "a quarter of an hour, a day, whole hours and a week must be kept as they are"
  }
}

run "a_time_that_no_alarm_can_look_back_on_is_refused" {
  command = plan

  variables {
    yaml = yamlencode({
      sources = { for name, minutes in { short = 14, odd = 1470, long = 10140, half = 60.5, text = "60" } : name => { path = name, entities = ["EQUIPMENT"], auth = "api_key", expect_every_minutes = minutes } }
    })
  }

  assert {
    condition     = toset(local.bad_silences) == toset([for name in ["short", "odd", "long", "half", "text"] : "sources.${name}.expect_every_minutes"])
    error_message = "every bad time and its source must be named"
  }

  expect_failures = [output.sources]
}
