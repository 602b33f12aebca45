# The settings of every bucket: owner, encryption and TLS.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context = jsondecode(file("../../tests/fixtures/context.json"))
  bucket  = { id = "drop", arn = "arn:aws:s3:::drop" }
}

run "the_bucket_uses_the_platforms_key_and_denies_plain_http" {
  command = plan

  variables {
    context = merge(var.context, {
      encryption = {
        kms_key_arn     = "arn:aws:kms:eu-central-1:123456789012:key/1"
        deny_statements = [{ Effect = "Deny", Principal = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }]
      }
    })
  }

  assert {
    condition = one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default == tolist([
      { sse_algorithm = "aws:kms", kms_master_key_id = var.context.encryption.kms_key_arn }
    ]) && one(aws_s3_bucket_server_side_encryption_configuration.this.rule).bucket_key_enabled
    error_message = "the bucket must be encrypted with the key and use a bucket key"
  }

  assert {
    condition = jsondecode(aws_s3_bucket_policy.this[0].policy).Statement == [
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [var.bucket.arn, "${var.bucket.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }
    ]
    error_message = "the bucket and its objects must deny plain HTTP"
  }

  assert {
    condition     = aws_s3_bucket_ownership_controls.this.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "there must be no ACLs"
  }
}

run "aws_managed_keys_encrypt_by_default" {
  command = plan

  assert {
    condition = (
      one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm ==
      "AES256"
    )
    error_message = "the bucket must use AES256"
  }

  assert {
    condition     = length(aws_s3_bucket_policy.this) == 0
    error_message = "without deny_statements the bucket must have no policy"
  }
}
