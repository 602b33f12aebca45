output "sources" {
  description = "Every source by its name, with its defaults filled in."
  value = {
    for name, entry in local.entries : name => {
      path                 = entry.path
      entities             = tolist(entry.entities)
      auth                 = entry.auth
      principals           = [for principal in try(entry.principals, []) : principal]
      rate_per_second      = try(entry.rate_per_second, 50)
      burst                = try(entry.burst, 100)
      expect_every_minutes = try(entry.expect_every_minutes, null)
    }
  }

  precondition {
    condition     = length(local.unknown_keys) == 0
    error_message = "Unknown keys in the catalog: ${join(", ", local.unknown_keys)}. A source has ${join(", ", concat(local.required_keys, local.optional_keys))}; its files have ${join(", ", local.files_keys)}."
  }

  precondition {
    condition     = length(local.missing_keys) == 0
    error_message = "Missing in the catalog: ${join(", ", local.missing_keys)}."
  }

  precondition {
    condition     = length(local.bad_names) == 0
    error_message = "Source names must be letters, digits, - and _, beginning with a letter, at most 24: ${join(", ", local.bad_names)}."
  }

  precondition {
    condition     = length(local.taken_names) == 0
    error_message = "Source names must differ by more than case, not end in -dlq or -subscriber and not be one of ${join(", ", local.reserved_names)}: ${join(", ", local.taken_names)}."
  }

  precondition {
    condition     = length(local.bad_paths) == 0
    error_message = "Paths must be text of small letters, digits, - and _, at most 40: ${join(", ", local.bad_paths)}."
  }

  precondition {
    condition     = length(local.taken_paths) == 0
    error_message = "The paths ${join(", ", local.reserved_paths)} are the platform's own: ${join(", ", local.taken_paths)}."
  }

  precondition {
    condition     = length(local.shared_paths) == 0
    error_message = "Every source must have a path of its own: ${join(", ", local.shared_paths)}."
  }

  precondition {
    condition     = length(local.unlisted_entities) == 0
    error_message = "entities must be a list of names: ${join(", ", local.unlisted_entities)}."
  }

  precondition {
    condition     = length(local.unknown_entities) == 0
    error_message = "Unknown entities: ${join(", ", local.unknown_entities)}. There are ${join(", ", var.entities)}."
  }

  precondition {
    condition     = length(local.without_entities) == 0
    error_message = "Sources must send at least one entity: ${join(", ", local.without_entities)}."
  }

  precondition {
    condition     = length(local.bad_auths) == 0
    error_message = "auth must be one of ${join(", ", local.auths)}: ${join(", ", local.bad_auths)}."
  }

  precondition {
    condition     = length(local.bad_principals) == 0
    error_message = "principals must list exact ARNs of roles and users where auth is iam, and be left out elsewhere: ${join(", ", local.bad_principals)}."
  }

  precondition {
    condition     = length(local.bad_rates) == 0
    error_message = "rate_per_second must be a whole number from 1 to 10000, burst from 1 to 5000: ${join(", ", local.bad_rates)}."
  }

  precondition {
    condition     = length(local.bad_silences) == 0
    error_message = "expect_every_minutes must be a whole number from 15 to 1440 (a day), or of whole hours to 10080 (seven days): ${join(", ", local.bad_silences)}."
  }
}

output "operator" {
  description = "The name of the platform's own source, by which people correct what others sent."
  value       = local.operator
}
