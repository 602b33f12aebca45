# account_id = "123456789012" rejects the credentials of any other account.
environment = "dev"
region      = "eu-central-1"

functions = {
  log_retention_days = 7
}

open_docs = true

webhook_secret_recovery_days = 0

table = {
  deletion_protection = false
}

files = {
  retention_days = 7
  force_destroy  = true
}

# The receivers of alarms, and the address of your copy of the runbook:
# alarms = {
#   emails  = ["team@example.com"]
#   runbook = "https://example.com/ingestion/docs/operations.md"
# }
