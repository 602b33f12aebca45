# A JSON object that describes the environment. A plan shows its content as it was after the last apply.

resource "aws_s3_object" "this" {
  bucket       = var.bucket
  key          = var.key
  content      = var.content
  content_type = "application/json"

  # The bucket carries the default tags; its objects need none.
  override_provider {
    default_tags {
      tags = {}
    }
  }
}
