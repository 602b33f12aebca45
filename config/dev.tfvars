environment = "dev"
region      = "eu-central-1"

functions = {
  log_retention_days = 7
}

table = {
  deletion_protection = false
}

files = {
  retention_days = 7
  force_destroy  = true
}
