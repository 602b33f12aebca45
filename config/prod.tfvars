# account_id = "123456789012" would refuse the credentials of any other account.
environment = "prod"
region      = "eu-central-1"

functions = {
  memory_mb          = 1024
  log_retention_days = 365
}

worker = {
  maximum_concurrency = 50
}

files = {
  retention_days            = 365
  noncurrent_retention_days = 30
}

# Whom alarms tell, and where your copy of the runbook is that they link to:
# alarms = {
#   emails  = ["team@example.com"]
#   runbook = "https://example.com/ingestion/docs/operations.md"
# }
