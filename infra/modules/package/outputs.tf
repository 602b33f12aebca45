output "object" {
  description = "Where the zip is, and its SHA-256 in base64 as Lambda compares it."
  value = {
    bucket = aws_s3_object.this.bucket
    key    = aws_s3_object.this.key
    digest = filebase64sha256(var.file)
  }
}
