# account_id = "123456789012" rejects the credentials of any other account.
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

# The receivers of alarms, and the address of your copy of the runbook:
# alarms = {
#   emails  = ["team@example.com"]
#   runbook = "https://example.com/ingestion/docs/operations.md"
# }
