output "audit_log_group" {
  description = "Where every redrive, edit and drop of a dead letter is written down."
  value       = aws_cloudwatch_log_group.audit.name
}
