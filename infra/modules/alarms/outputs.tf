output "topic_arn" {
  description = "The topic that alarms publish to; null if alarms are disabled."
  value       = one(aws_sns_topic.this[*].arn)
}

output "arns" {
  description = "The ARN of each alarm by <subject>-<alarm_kind>."
  value       = { for name, alarm in merge(aws_cloudwatch_metric_alarm.metric, aws_cloudwatch_metric_alarm.math) : name => alarm.arn }
}
