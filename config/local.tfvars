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
