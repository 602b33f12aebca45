# The platform on the local emulator. `make up` adds the settings that depend on the machine.
environment         = "local"
region              = "us-east-1"
s3_use_path_style   = true
encode_method_paths = false

open_docs = true

webhook_secret_recovery_days = 0

table = {
  deletion_protection = false
}

files = {
  force_destroy = true
  # A rule that lets them expire takes a minute to create.
  noncurrent_retention_days = 0
  quarantine_retention_days = 0
}

# The emulator does not halve batches: a record that fails blocks all others for this time.
changes = {
  maximum_record_age_seconds = 60
}

# The emulator has no metrics for alarms, and a second plan of alarms differs there.
alarms = {
  enabled = false
}

# AWS's own keys need no resources, and the emulator supports plain HTTP only.
encryption = {
  customer_managed_key = false
  tls_only             = false
}

# The emulator has no firewall.
waf = {
  enabled = false
}

# Creating a lifecycle rule takes a minute on the emulator.
package_retention_days = null

# Without an access log, the emulator returns empty settings of one.
api_access_log_days = 7

# Changes are found sooner.
search = {
  batching_window_seconds = 2
  # A rule that deletes the parts takes a minute to create.
  unfinished_upload_days = 0
}
