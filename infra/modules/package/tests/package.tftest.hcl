# The zips of the functions: their objects in S3, and the zips that a plan rejects.

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  context        = jsondecode(file("../../tests/fixtures/context.json"))
  directory      = "../../tests/fixtures"
  manifest       = jsondecode(file("../../tests/fixtures/package.json"))
  catalog_sha256 = jsondecode(file("../../tests/fixtures/package.json")).catalog_sha256
}

run "a_zips_digest_is_its_object_key" {
  command = plan

  variables {
    manifest = merge(var.manifest, { packages = {
      functions = var.manifest.packages.functions
      search    = { file = "context.json", sha256 = filesha256("../../tests/fixtures/context.json") }
    } })
  }

  assert {
    condition = { for name, object in aws_s3_object.this : name => object.key } == {
      functions = "${filesha256("../../tests/fixtures/package.zip")}.zip"
      search    = "${filesha256("../../tests/fixtures/context.json")}.zip"
    }
    error_message = "an object's key must contain its zip's digest, or functions keep running the old zip"
  }

  assert {
    condition = output.objects.search == {
      bucket = aws_s3_bucket.this.id
      key    = aws_s3_object.this["search"].key
      digest = filebase64sha256("../../tests/fixtures/context.json")
    }
    error_message = "the output must be each object and its digest in base64"
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

run "an_upload_in_parts_names_its_checksum_algorithm" {
  command = plan

  assert {
    condition     = alltrue([for object in aws_s3_object.this : object.checksum_algorithm == "SHA256"])
    error_message = "the uploads of the zips must name their checksum algorithm"
  }
}

run "a_zip_with_a_different_manifest_is_rejected" {
  command = plan

  variables {
    manifest = merge(var.manifest, { packages = merge(var.manifest.packages, {
      search = { file = "package.zip", sha256 = sha256("another zip") }
    }) })
  }

  expect_failures = [aws_s3_object.this["search"]]
}

run "a_manifest_without_its_zip_is_rejected" {
  command = plan

  variables {
    manifest = merge(var.manifest, { packages = merge(var.manifest.packages, {
      search = { file = "never-built.zip", sha256 = sha256("a zip") }
    }) })
  }

  expect_failures = [aws_s3_object.this["search"]]
}

run "a_zip_of_a_different_catalog_is_rejected" {
  command = plan

  variables {
    catalog_sha256 = sha256("another catalog")
  }

  expect_failures = [aws_s3_object.this["functions"], aws_s3_object.this["search"]]
}

run "a_zip_for_a_different_architecture_is_rejected" {
  command = plan

  variables {
    context = merge(var.context, { function = { architecture = "x86_64" } })
  }

  expect_failures = [aws_s3_object.this["functions"], aws_s3_object.this["search"]]
}

run "a_manifest_without_a_digest_is_rejected" {
  command = plan

  variables {
    manifest = merge(var.manifest, { catalog_sha256 = "" })
  }

  expect_failures = [var.manifest]
}

run "a_manifest_of_an_older_version_is_rejected" {
  command = plan

  variables {
    manifest = merge(var.manifest, { packages = { functions = var.manifest.packages.functions } })
  }

  expect_failures = [var.manifest]
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
    condition = (
      module.bucket.encryption == { sse_algorithm = "aws:kms", kms_master_key_id = var.context.encryption.kms_key_arn } &&
      strcontains(module.bucket.policy, "s3:*")
    )
    error_message = "the bucket must be encrypted with the key and deny plain HTTP"
  }
}

run "s3_encrypts_with_its_own_key_by_default" {
  command = plan

  assert {
    condition     = module.bucket.encryption.sse_algorithm == "AES256" && module.bucket.policy == null
    error_message = "without a KMS key and deny_statements, the bucket must use AES256 and have no policy"
  }
}

run "deleted_versions_expire" {
  command = plan

  variables {
    retention_days = 30
  }

  assert {
    condition     = aws_s3_bucket_versioning.this.versioning_configuration[0].status == "Enabled"
    error_message = "the bucket must have versioning"
  }

  assert {
    condition     = one(aws_s3_bucket_lifecycle_configuration.this[0].rule).noncurrent_version_expiration[0].noncurrent_days == 30
    error_message = "old versions must expire after retention_days"
  }
}
