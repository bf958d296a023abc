//! Which resource can be connected to which, and what a connector then allows.
//!
//! The pairs of aws-sam-translator 1.115.0, which are those of
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/reference-sam-connector.html>.

/// One pair of types, as CloudFormation calls them.
pub(super) struct Profile {
    from: &'static [&'static str],
    to: &'static str,
    pub(super) by: By,
    /// In SAM's order: a permission and what it allows.
    pub(super) allows: &'static [(&'static str, &'static [Statement])],
    /// Permissions that are given only with another.
    pub(super) needs: &'static [(&'static str, &'static str)],
}

/// A service and its actions, and on what: texts of `Fn::Sub`, whose own variables are the two ends'.
pub(super) type Statement = (&'static str, &'static [&'static str]);

/// Where the permission is written; a service is named by its first label.
pub(super) enum By {
    SourceRole,
    DestinationRole,
    QueuePolicy(&'static str),
    TopicPolicy(&'static str),
    /// The service, and the requests that it makes.
    FunctionPermission(&'static str, &'static str),
}

pub(super) const FUNCTION: &str = "AWS::Lambda::Function";
pub(super) const MACHINE: &str = "AWS::StepFunctions::StateMachine";
pub(super) const SOURCE: &str = "AWS::AppSync::DataSource";
pub(super) const GRAPHQL: &str = "AWS::AppSync::GraphQLApi";
pub(super) const RULE: &str = "AWS::Events::Rule";
pub(super) const QUEUE: &str = "AWS::SQS::Queue";
pub(super) const TOPIC: &str = "AWS::SNS::Topic";
pub(super) const REST: &str = "AWS::ApiGateway::RestApi";
pub(super) const HTTP: &str = "AWS::ApiGatewayV2::Api";
pub(super) const TABLE: &str = "AWS::DynamoDB::Table";
const BUS: &str = "AWS::Events::EventBus";
const BUCKET: &str = "AWS::S3::Bucket";
const PLACES: &str = "AWS::Location::PlaceIndex";

const IT: &[&str] = &["${DestinationArn}"];
const ITEMS: &[&str] = &["${DestinationArn}", "${DestinationArn}/index/*"];
const OBJECTS: &[&str] = &["${DestinationArn}", "${DestinationArn}/*"];
const RUNS: &[&str] = &["arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${DestinationName}:*"];
const WATCH: &[&str] = &[
    "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
];
/// The permission is all that is said.
const PLAIN: &[(&str, &[Statement])] = &[("Write", &[])];
const PUBLISH: &[(&str, &[Statement])] = &[("Write", &[("sns Publish", IT)])];
const PUT_EVENTS: &[(&str, &[Statement])] = &[("Write", &[("events PutEvents", IT)])];
const INVOKE: &str = "lambda InvokeAsync InvokeFunction";
const API: &str =
    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${SourceResourceId}/${SourceQualifier}";

const fn row(
    from: &'static [&'static str],
    to: &'static str,
    by: By,
    allows: &'static [(&'static str, &'static [Statement])],
) -> Profile {
    Profile { from, to, by, allows, needs: &[] }
}

const PROFILES: &[Profile] = &[
    row(&[REST, HTTP], FUNCTION, By::FunctionPermission("apigateway", API), PLAIN),
    row(&[RULE], FUNCTION, By::FunctionPermission("events", "${SourceArn}"), PLAIN),
    row(&[TOPIC], FUNCTION, By::FunctionPermission("sns", "${SourceArn}"), PLAIN),
    row(&[BUCKET], FUNCTION, By::FunctionPermission("s3", "${SourceArn}"), PLAIN),
    row(
        &[GRAPHQL],
        FUNCTION,
        By::FunctionPermission(
            "appsync",
            "arn:${AWS::Partition}:appsync:${AWS::Region}:${AWS::AccountId}:apis/${SourceResourceId}",
        ),
        PLAIN,
    ),
    row(&[FUNCTION, MACHINE], FUNCTION, By::SourceRole, &[("Write", &[(INVOKE, IT)])]),
    row(&[SOURCE], FUNCTION, By::SourceRole, &[("Write", &[(INVOKE, &["${DestinationArn}", "${DestinationArn}:*"])])]),
    row(
        &[TABLE],
        FUNCTION,
        By::DestinationRole,
        &[("Read", &[("dynamodb DescribeStream GetRecords GetShardIterator ListStreams", &["${SourceArn}/stream/*"])])],
    ),
    Profile {
        needs: &[("Read", "Write"), ("Write", "Read")],
        ..row(
            &[QUEUE],
            FUNCTION,
            By::DestinationRole,
            &[
                ("Write", &[("sqs DeleteMessage", &["${SourceArn}"])]),
                ("Read", &[("sqs ReceiveMessage GetQueueAttributes", &["${SourceArn}"])]),
            ],
        )
    },
    row(
        &[FUNCTION, MACHINE, SOURCE],
        TABLE,
        By::SourceRole,
        &[
            ("Read", &[("dynamodb GetItem Query Scan BatchGetItem ConditionCheckItem PartiQLSelect", ITEMS)]),
            (
                "Write",
                &[(
                    "dynamodb PutItem UpdateItem DeleteItem BatchWriteItem PartiQLDelete PartiQLInsert PartiQLUpdate",
                    ITEMS,
                )],
            ),
        ],
    ),
    row(
        &[FUNCTION, MACHINE],
        BUCKET,
        By::SourceRole,
        &[
            (
                "Read",
                &[(
                    "s3 GetObject GetObjectAcl GetObjectLegalHold GetObjectRetention GetObjectTorrent GetObjectVersion \
                     GetObjectVersionAcl GetObjectVersionForReplication GetObjectVersionTorrent ListBucket \
                     ListBucketMultipartUploads ListBucketVersions ListMultipartUploadParts",
                    OBJECTS,
                )],
            ),
            (
                "Write",
                &[(
                    "s3 AbortMultipartUpload DeleteObject DeleteObjectVersion PutObject PutObjectLegalHold \
                     PutObjectRetention RestoreObject",
                    OBJECTS,
                )],
            ),
        ],
    ),
    row(
        &[FUNCTION],
        QUEUE,
        By::SourceRole,
        &[
            ("Read", &[("sqs ReceiveMessage GetQueueAttributes", IT)]),
            ("Write", &[("sqs DeleteMessage SendMessage ChangeMessageVisibility PurgeQueue", IT)]),
        ],
    ),
    row(&[MACHINE], QUEUE, By::SourceRole, &[("Write", &[("sqs SendMessage", IT)])]),
    row(&[RULE], QUEUE, By::QueuePolicy("events"), PLAIN),
    row(&[TOPIC], QUEUE, By::QueuePolicy("sns"), PLAIN),
    row(&[FUNCTION, MACHINE], TOPIC, By::SourceRole, PUBLISH),
    row(&[RULE], TOPIC, By::TopicPolicy("events"), PLAIN),
    row(&[FUNCTION, MACHINE, SOURCE, RULE], BUS, By::SourceRole, PUT_EVENTS),
    row(
        &[FUNCTION],
        MACHINE,
        By::SourceRole,
        &[
            ("Write", &[("states StartExecution StartSyncExecution", IT), ("states StopExecution", RUNS)]),
            (
                "Read",
                &[
                    ("states DescribeStateMachine ListExecutions", IT),
                    ("states DescribeExecution DescribeStateMachineForExecution GetExecutionHistory", RUNS),
                ],
            ),
        ],
    ),
    row(&[RULE], MACHINE, By::SourceRole, &[("Write", &[("states StartExecution", IT)])]),
    Profile {
        needs: &[("Write", "Read")],
        ..row(
            &[MACHINE],
            MACHINE,
            By::SourceRole,
            &[
                ("Read", &[("states DescribeExecution", RUNS), ("events DescribeRule", WATCH)]),
                (
                    "Write",
                    &[
                        ("states StartExecution", IT),
                        ("states StopExecution", RUNS),
                        ("events PutTargets PutRule", WATCH),
                    ],
                ),
            ],
        )
    },
    row(
        &[FUNCTION],
        PLACES,
        By::SourceRole,
        &[(
            "Read",
            &[(
                "geo DescribePlaceIndex GetPlace SearchPlaceIndexForPosition SearchPlaceIndexForSuggestions \
                 SearchPlaceIndexForText",
                IT,
            )],
        )],
    ),
];

pub(super) fn between(from: &str, to: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.to == to && profile.from.contains(&from))
}
