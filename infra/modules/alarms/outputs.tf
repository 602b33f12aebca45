output "topic_arn" {
  description = "The topic that alarms publish to; null without alarms."
  value       = one(aws_sns_topic.this[*].arn)
}

output "arns" {
  description = "Every alarm by what it is about."
  value       = { for name, alarm in merge(aws_cloudwatch_metric_alarm.metric, aws_cloudwatch_metric_alarm.math) : name => alarm.arn }
}
