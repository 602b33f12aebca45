# The laptop: the same platform on the embedded emulator. `make up` adds what differs by machine.
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
}

# The emulator halves no batch: a record that cannot be told holds all others up for so long.
changes = {
  maximum_record_age_seconds = 60
}

# The emulator has nothing to watch, and a second plan of alarms still differs there.
alarms = {
  enabled = false
}

# AWS's own keys are there without being made, and the emulator speaks plain HTTP.
encryption = {
  customer_managed_key = false
  tls_only             = false
}

# A rule for what expires takes a minute to make here.
package_retention_days = null

# The emulator shows an empty log where there is none.
api_access_log_days = 7
