# Holds the list of sources to its rules; ingestion/catalog.py holds it to the same.

locals {
  document = yamldecode(var.yaml)
  entries  = local.document.sources

  required_keys = ["path", "entities", "auth"]
  optional_keys = ["principals", "rate_per_second", "burst", "expect_every_minutes", "files"]
  files_keys    = ["encoding", "delimiter", "entity", "columns", "ignore", "key", "time"]
  auths         = ["api_key", "hmac", "iam"]

  unknown_keys = concat(
    [for key in keys(local.document) : key if key != "sources"],
    flatten([
      for name, entry in local.entries : [
        for key in try(keys(entry), []) : "sources.${name}.${key}"
        if !contains(concat(local.required_keys, local.optional_keys), key)
      ]
    ]),
    # What they may hold is checked by the package build, which knows the models.
    flatten([
      for name, entry in local.entries : [
        for key in try(keys(entry.files), []) : "sources.${name}.files.${key}" if !contains(local.files_keys, key)
      ]
    ]),
  )
  missing_keys = flatten([
    for name, entry in local.entries : [
      for key in local.required_keys : "sources.${name}.${key}" if try(entry[key], null) == null
    ]
  ])
  # What lacks a key is said once; the rules below look at the others.
  complete = { for name, entry in local.entries : name => entry if alltrue([for key in local.required_keys : try(entry[key], null) != null]) }

  # The platform's own source: people who correct what sources sent.
  operator = "operator"
  # Queues, keys and functions of the platform's own have such names, paths of its own such paths.
  reserved_names = [local.operator, "reader", "files", "changes", "unrouted"]
  reserved_paths = ["entities", "docs"]

  # Names that the platform itself has, or that differ by case only: roles' names ignore it.
  taken_names = concat(
    [for name in keys(local.entries) : name if contains(local.reserved_names, lower(name)) || can(regex("-(dlq|subscriber)$", lower(name)))],
    flatten([for names in values({ for name in keys(local.entries) : lower(name) => name... }) : names if length(names) > 1]),
  )

  bad_names = [for name in keys(local.entries) : name if !can(regex("^[A-Za-z][A-Za-z0-9_-]{0,23}$", name))]
  bad_paths = [
    for name, entry in local.complete : "${name}: ${try(tostring(entry.path), jsonencode(entry.path))}"
    if !try(entry.path == tostring(entry.path) && can(regex("^[a-z0-9][a-z0-9_-]{0,39}$", entry.path)), false)
  ]
  bad_auths = [
    for name, entry in local.complete : "${name}: ${try(tostring(entry.auth), jsonencode(entry.auth))}"
    if !try(contains(local.auths, entry.auth), false)
  ]
  # Exact roles and users where they sign, and nowhere else: no path takes whomever AWS knows.
  principal = "^arn:aws[a-z-]*:iam::[0-9]{12}:(role|user)/[A-Za-z0-9_+=,.@/-]{1,576}$"
  bad_principals = [
    for name, entry in local.complete : name
    if !try(
      entry.auth == "iam"
      ? length(entry.principals) > 0 && alltrue([for principal in tolist(entry.principals) : can(regex(local.principal, principal))])
      : length(entry.principals) == 0,
      try(entry.auth != "iam", true) && !can(entry.principals)
    )
  ]
  bad_rates = flatten([
    for name, entry in local.entries : [
      for key, most in { rate_per_second = 10000, burst = 5000 } : "sources.${name}.${key}"
      if !try(entry[key] >= 1 && entry[key] <= most && floor(entry[key]) == entry[key], !can(entry[key]))
    ]
  ])

  # How far back an alarm can look: a day, or seven by whole hours. Less than 15 minutes is within what metrics are late.
  bad_silences = [
    for name, entry in local.entries : "sources.${name}.expect_every_minutes"
    if !try(
      entry.expect_every_minutes >= 15 && floor(entry.expect_every_minutes) == entry.expect_every_minutes && (
        entry.expect_every_minutes <= 1440 || (entry.expect_every_minutes <= 10080 && entry.expect_every_minutes % 60 == 0)
      ),
      try(entry.expect_every_minutes == null, true),
    )
  ]

  taken_paths   = [for name, entry in local.complete : "${name}: ${entry.path}" if try(contains(local.reserved_paths, entry.path), false)]
  names_by_path = { for name, entry in local.complete : try(tostring(entry.path), "") => name... }
  shared_paths  = [for path, names in local.names_by_path : "${path} (${join(", ", names)})" if length(names) > 1]

  unlisted_entities = [for name, entry in local.complete : name if !can([for entity in tolist(entry.entities) : regex("", entity)])]
  unknown_entities = flatten([
    for name, entry in local.complete : [
      for entity in entry.entities : "${name}: ${entity}" if !contains(var.entities, entity)
    ] if !contains(local.unlisted_entities, name)
  ])
  without_entities = [for name, entry in local.complete : name if try(length(tolist(entry.entities)) == 0, false)]
}
