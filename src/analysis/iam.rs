//! IAM evaluation.
