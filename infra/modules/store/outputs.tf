output "table" {
  description = "The table's name and ARN, and how many days it remembers a delete."
  value = {
    name           = aws_dynamodb_table.this.name
    arn            = aws_dynamodb_table.this.arn
    tombstone_days = var.table.tombstone_days
  }
}

output "index_arns" {
  description = "Every index of the table: EntityNameIndex, and one for each field that refers to an entity."
  value       = [for index in local.index_names : "${aws_dynamodb_table.this.arn}/index/${index}"]
}

output "stream_arn" {
  description = "The stream of what becomes of the table's items."
  value       = aws_dynamodb_table.this.stream_arn
}

output "index_names" {
  description = "Every index of the table."
  value       = local.index_names
}
