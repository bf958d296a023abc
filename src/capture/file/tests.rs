//! The capture file, there and back, and everything that may be wrong with it.

mod faults;
mod forms;
mod generate;
mod merging;
mod round_trip;

use super::*;
use crate::capture::{Capture, Coverage, Header, Shared};
use crate::model::{ApiEntry, ApiUnit, Origins};
use std::io::Write as _;

/// A capture with its APIs read, so that two can be compared.
#[derive(Debug, Clone, PartialEq)]
struct Whole {
    header: Header,
    coverage: Coverage,
    shared: Shared,
    directory: Vec<ApiEntry>,
    calls: std::collections::BTreeMap<String, crate::capture::CallCount>,
    units: Vec<ApiUnit>,
}

impl Whole {
    fn of(capture: Capture) -> Whole {
        let Capture { header, coverage, shared, directory, calls, units, .. } = capture;
        Whole { header, coverage, shared, directory, calls, units: units.map(|unit| unit.expect("a unit")).collect() }
    }

    fn capture(&self) -> Capture {
        let Whole { header, coverage, shared, directory, calls, units } = self.clone();
        Capture {
            header,
            coverage,
            shared,
            directory,
            calls,
            assumed: Vec::new(),
            origins: Origins::default(),
            inline: Vec::new(),
            left_out: Default::default(),
            units: Box::new(units.into_iter().map(Ok)),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        write(self.capture(), &mut bytes).expect("written");
        bytes
    }
}

fn from(bytes: impl AsRef<[u8]>) -> Result<Capture, CaptureError> {
    read_from("test.jsonl", std::io::Cursor::new(bytes.as_ref().to_vec()))
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    to.write_all(bytes).expect("zipped");
    to.finish().expect("zipped")
}

/// The first fault, wherever it surfaces.
fn fault(bytes: impl AsRef<[u8]>) -> CaptureError {
    match from(bytes) {
        Err(error) => error,
        Ok(capture) => {
            let error = capture.units.filter_map(Result::err).next().expect("a fault");
            error.downcast().expect("a capture error")
        }
    }
}

const HEADER: &str = r#"{"format":"gatelint/capture@1","version":"0.1.0","taken":"2026-05-01T10:00:00Z","sources":[]}"#;

const SMALL: &str = r#"{"format":"gatelint/capture@1","version":"0.1.0","taken":"2026-05-01T10:00:00Z","sources":[{"kind":"live","name":"prod","account":"111122223333"}]}
{"record":"listed","kind":"restApi","account":"111122223333","region":"eu-west-1"}
{"record":"listed","kind":"role","account":"111122223333","region":"","gap":{"kind":"denied","action":"iam:ListRoles","on":"*"}}
{"record":"asked","kind":"function","account":"111122223333","region":"eu-west-1","id":"gone","absent":{"action":"lambda:GetFunctionConfiguration","code":"ResourceNotFoundException"}}
{"record":"asked","kind":"function","account":"111122223333","region":"eu-west-1","id":"orders:live","found":true}
{"record":"calls","calls":{"apigateway:GetResources":{"made":12,"retried":1,"throttled":1}}}
{"record":"function","account":"111122223333","region":"eu-west-1","facts":{"FunctionName":"orders","FunctionArn":"arn:aws:lambda:eu-west-1:111122223333:function:orders:live","Qualifier":"live","Timeout":30},"gaps":{"/Policy":{"kind":"denied","action":"lambda:GetPolicy","on":"orders:live"}}}
{"record":"directory","apis":[{"id":"abc123","account":"111122223333","region":"eu-west-1","name":"orders","protocol":"REST","stages":["prod"]},{"id":"def456","account":"111122223333","region":"eu-west-1","protocol":"HTTP"}],"gaps":{"/1/stages":{"kind":"throttled","action":"apigateway:GET"}}}
{"record":"restUnit","account":"111122223333","region":"eu-west-1","facts":{"api":{"id":"abc123","name":"orders"},"stages":[{"stageName":"prod","deploymentId":"d1"}],"draft":{"resources":[{"id":"r1","path":"/orders","resourceMethods":{"GET":{"httpMethod":"GET","methodIntegration":{"type":"AWS_PROXY","uri":"arn:aws:lambda:x"}}}}]}},"gaps":{"/draft/authorizers":{"kind":"denied","action":"apigateway:GET","on":"/restapis/abc123/authorizers"}}}
{"record":"apiUnit","account":"111122223333","region":"eu-west-1","facts":{"Api":{"ApiId":"def456","ProtocolType":"HTTP"},"Draft":{}},"gaps":{"/Draft/Routes":{"kind":"truncated","action":"apigateway:GET","got":100},"/Stages":{"kind":"throttled","action":"apigateway:GET"}}}
"#;
