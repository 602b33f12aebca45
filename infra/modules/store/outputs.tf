output "table" {
  description = "The table's name and ARN, and the days that tombstones are kept."
  value = {
    name           = aws_dynamodb_table.this.name
    arn            = aws_dynamodb_table.this.arn
    tombstone_days = var.table.tombstone_days
  }
}

output "index_arns" {
  description = "The ARNs of the table's indexes by name: EntityNameIndex, StoredAtIndex, and one for each reference field."
  value       = { for name in local.index_names : name => "${aws_dynamodb_table.this.arn}/index/${name}" }
}

output "stream_arn" {
  description = "The stream of changes of the table's items."
  value       = aws_dynamodb_table.this.stream_arn
}
