output "object" {
  description = "The zip in S3, and its SHA-256 in base64, which Lambda compares."
  value = {
    bucket = aws_s3_object.this.bucket
    key    = aws_s3_object.this.key
    digest = filebase64sha256(var.file)
  }
}
