# Published for commands: the schemas and the outputs of an environment, as JSON objects beside the zips.

module "schemas" {
  source = "./modules/published"

  bucket  = module.package.bucket
  key     = "schemas.json"
  content = jsonencode(local.manifest.schemas)

  # Written last: after an apply that failed, the copy still describes the rows that the older code stored.
  depends_on = [module.api, module.source, module.query, module.changes, module.files, module.search]
}

# What `ingest login` reads: names and URLs, without keys and secrets.
module "login" {
  source = "./modules/published"

  bucket = module.package.bucket
  key    = "environment.json"
  content = jsonencode(merge(local.outputs, {
    environment = var.environment
    api_key_ids = module.api.key_ids
    sources     = local.sources
  }))
}
