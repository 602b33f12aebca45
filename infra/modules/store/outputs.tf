output "table" {
  description = "The table's name and ARN, and how many days it remembers a delete."
  value = {
    name           = aws_dynamodb_table.this.name
    arn            = aws_dynamodb_table.this.arn
    tombstone_days = var.table.tombstone_days
  }
}

output "stream_arn" {
  description = "The stream of what becomes of the table's items."
  value       = aws_dynamodb_table.this.stream_arn
}
