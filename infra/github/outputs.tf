output "role_arns" {
  description = "The role ARNs for GitHub's variables AWS_PLAN_ROLE_… and AWS_DEPLOY_ROLE, by environment and use."
  value       = { for role, resource in aws_iam_role.this : role => resource.arn }
}
