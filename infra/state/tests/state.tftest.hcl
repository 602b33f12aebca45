# The bucket of the states keeps every state, is private, and loses nothing that its owner has set.

mock_provider "aws" {
  source          = "../tests/mocks"
  override_during = plan
}

# A mocked provider imports nothing.
override_resource {
  target          = aws_s3_bucket.this
  override_during = plan
  values          = { id = "states", bucket = "states", arn = "arn:aws:s3:::states" }
}

override_resource {
  target          = aws_s3_bucket_lifecycle_configuration.this
  override_during = plan
}

variables {
  bucket = "states"
  region = "eu-central-1"
}

run "every_state_is_kept_and_nobody_else_reads_it" {
  command = plan

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "an older state must be there to return to"
  }

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.this.block_public_acls,
      aws_s3_bucket_public_access_block.this.ignore_public_acls,
      aws_s3_bucket_public_access_block.this.block_public_policy,
      aws_s3_bucket_public_access_block.this.restrict_public_buckets,
    ])
    error_message = "states hold API keys, so nothing may make the bucket public"
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.this[0].policy).Statement == [
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = ["arn:aws:s3:::states", "arn:aws:s3:::states/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }
    ]
    error_message = "the bucket and its objects must deny requests without TLS"
  }
}

run "replaced_states_expire_but_not_the_newest_ten" {
  command = plan

  assert {
    condition = [
      for expiry in aws_s3_bucket_lifecycle_configuration.this.rule[0].noncurrent_version_expiration :
      [expiry.noncurrent_days, expiry.newer_noncurrent_versions]
    ] == [[90, 10]]
    error_message = "the last ten states must stay however old they are"
  }
}

run "the_owners_own_statements_stay_and_ours_is_not_doubled" {
  command = plan

  variables {
    found = ["policy"]
  }

  override_data {
    target          = data.aws_s3_bucket_policy.found["policy"]
    override_during = plan
    values = {
      policy = <<-EOT
        {"Statement": [
          {"Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObjectAcl", "Resource": "arn:aws:s3:::states/*"},
          {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket", "Resource": "arn:aws:s3:::states"},
          {"Sid": "TlsOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::states"}
        ]}
      EOT
    }
  }

  assert {
    condition     = jsondecode(aws_s3_bucket_policy.this[0].policy).Statement[*].Action == ["s3:PutObjectAcl", "s3:DeleteBucket", "s3:*"]
    error_message = "statements of the owner must stay"
  }

  assert {
    condition     = length(jsondecode(aws_s3_bucket_policy.this[0].policy).Statement[2].Resource) == 2
    error_message = "the statement that denies requests without TLS must be ours"
  }
}

run "an_endpoint_without_tls_is_not_shut_out" {
  command = plan

  variables {
    tls_only = false
  }

  assert {
    condition     = length(aws_s3_bucket_policy.this) == 0
    error_message = "nobody could reach the bucket"
  }
}
