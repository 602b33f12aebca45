# account_id = "123456789012" would refuse the credentials of any other account.
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

# Whom alarms tell, and where your copy of the runbook is that they link to:
# alarms = {
#   emails  = ["team@example.com"]
#   runbook = "https://example.com/ingestion/docs/operations.md"
# }
