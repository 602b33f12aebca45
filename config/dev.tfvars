environment = "dev"
region      = "eu-central-1"

functions = {
  log_retention_days = 7
}

open_docs = true

table = {
  deletion_protection = false
}

files = {
  retention_days = 7
  force_destroy  = true
}
