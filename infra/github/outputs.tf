output "role_arns" {
  description = "The roles by environment and use: the repository's variables AWS_PLAN_ROLE_… and its environments' AWS_DEPLOY_ROLE."
  value       = { for role, resource in aws_iam_role.this : role => resource.arn }
}
