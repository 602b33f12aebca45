# The laptop: the same platform on the embedded emulator. `make up` adds what differs by machine.
environment       = "local"
region            = "us-east-1"
s3_use_path_style = true

open_docs = true

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
