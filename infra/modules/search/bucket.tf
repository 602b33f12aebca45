# The bucket of the index. The index can be built again from the table and the texts of documents at any time.

resource "aws_s3_bucket" "this" {
  #checkov:skip=CKV_AWS_18:The indexer and the search function alone use it, and their logs report each run.
  #checkov:skip=CKV_AWS_21:A file of the index is never replaced, and the index can be built again.
  #checkov:skip=CKV_AWS_144:The index can be built again.
  #checkov:skip=CKV_AWS_145:module.bucket encrypts it with the key of the environment, which checkov does not always find.
  #checkov:skip=CKV2_AWS_62:No function needs a notification for a file of the index.
  bucket_prefix = "${var.context.name}-idx-" # A bucket_prefix has at most 37 characters.
  force_destroy = true
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# The indexer deletes the files that the index no longer uses. Only S3 sees the parts of an upload that was not completed.
resource "aws_s3_bucket_lifecycle_configuration" "this" {
  count = var.search.unfinished_upload_days == 0 ? 0 : 1

  bucket = aws_s3_bucket.this.id

  rule {
    id     = "unfinished-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = var.search.unfinished_upload_days
    }
  }
}

module "bucket" {
  source = "../bucket"

  bucket  = { id = aws_s3_bucket.this.id, arn = aws_s3_bucket.this.arn }
  context = var.context

  # S3 rejects concurrent changes of a bucket's policy and its public access block.
  depends_on = [aws_s3_bucket_public_access_block.this]
}
