# The schemas of the entities whose rows the environment stores. A plan shows them as they were after the last apply.

resource "aws_s3_object" "this" {
  bucket       = var.bucket
  key          = "schemas.json"
  content      = var.schemas
  content_type = "application/json"

  # The bucket carries the default tags; its objects need none.
  override_provider {
    default_tags {
      tags = {}
    }
  }
}
