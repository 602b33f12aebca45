output "bucket" {
  description = "The bucket of the zips."
  value       = aws_s3_bucket.this.bucket
}

output "objects" {
  description = "Each zip in S3, and its SHA-256 in base64, which Lambda compares."
  value = {
    for name, object in aws_s3_object.this :
    name => { bucket = object.bucket, key = object.key, digest = filebase64sha256(local.files[name]) }
  }
}
