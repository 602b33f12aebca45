output "audit_log_group" {
  description = "The log group of every redrive, edit and drop of a dead letter."
  value       = aws_cloudwatch_log_group.audit.name
}
