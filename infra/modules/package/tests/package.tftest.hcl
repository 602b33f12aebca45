# The zip that all functions run: where it lies, and which zips a plan refuses.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context         = jsondecode(file("../../tests/fixtures/context.json"))
  file            = "../../tests/fixtures/package.zip"
  manifest        = jsondecode(file("../../tests/fixtures/package.json"))
  expected_digest = jsondecode(file("../../tests/fixtures/package.json")).catalog_sha256
}

run "another_zip_is_another_object" {
  command = plan

  assert {
    condition     = aws_s3_object.this.key == "${filesha256(var.file)}.zip"
    error_message = "the zip must lie under its own digest, or functions keep running the old one"
  }

  assert {
    condition     = output.object == { bucket = aws_s3_bucket.this.id, key = aws_s3_object.this.key, digest = filebase64sha256(var.file) }
    error_message = "functions must be told this very object and its digest as Lambda compares it"
  }
}

run "the_bucket_is_never_public" {
  command = plan

  assert {
    condition = (
      aws_s3_bucket_public_access_block.this.bucket == aws_s3_bucket.this.id
      && aws_s3_bucket_public_access_block.this.block_public_acls
      && aws_s3_bucket_public_access_block.this.block_public_policy
      && aws_s3_bucket_public_access_block.this.ignore_public_acls
      && aws_s3_bucket_public_access_block.this.restrict_public_buckets
    )
    error_message = "all four ways to make the bucket public must be blocked"
  }
}

run "a_zip_that_its_manifest_does_not_describe_is_refused" {
  command = plan

  variables {
    manifest = merge(var.manifest, { sha256 = sha256("another zip") })
  }

  expect_failures = [aws_s3_object.this]
}

run "a_zip_of_another_catalog_is_refused" {
  command = plan

  variables {
    expected_digest = sha256("another catalog")
  }

  expect_failures = [aws_s3_object.this]
}

run "a_zip_for_another_processor_is_refused" {
  command = plan

  variables {
    context = merge(var.context, { function = { architecture = "x86_64" } })
  }

  expect_failures = [aws_s3_object.this]
}

run "a_bad_file_manifest_and_digest_are_refused" {
  command = plan

  variables {
    file            = "../../tests/fixtures/package.json"
    manifest        = merge(var.manifest, { catalog_sha256 = "" })
    expected_digest = "latest"
  }

  expect_failures = [var.file, var.manifest, var.expected_digest]
}

run "the_key_encrypts_everything_and_plain_http_is_turned_away" {
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
    condition = (
      module.bucket.encryption == { sse_algorithm = "aws:kms", kms_master_key_id = var.context.encryption.kms_key_arn } &&
      strcontains(module.bucket.policy, "s3:*")
    )
    error_message = "the bucket must be encrypted with the key and turn plain HTTP away"
  }
}

run "without_a_key_of_ours_aws_encrypts_with_its_own" {
  command = plan

  assert {
    condition     = module.bucket.encryption.sse_algorithm == "AES256" && module.bucket.policy == null
    error_message = "S3 must encrypt with its own key, and plain HTTP be let in where that is wanted"
  }
}

run "what_is_deleted_is_kept_for_a_while" {
  command = plan

  variables {
    retention_days = 30
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "the bucket must keep versions"
  }

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.this[0].rule).noncurrent_version_expiration[0].noncurrent_days == 30
    error_message = "they must expire as they are told to"
  }
}
