//! One mapping template: read, and what it means. Growth in length and in depth.

#![allow(missing_docs, clippy::panic, reason = "a bench")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gatelint::analysis::vtl::{Analysis, Given, parse};
use std::hint::black_box;

/// A template of two kilobytes, of the kind that teams write.
const ORDER: &str = r##"## Puts an order into the queue of the stage
#set($root = $input.path('$'))
#set($allParams = $input.params())
#set($table = "orders-$stageVariables.environment")
#set($context.requestOverride.header.X-Request-Id = $context.requestId)
#if($input.params('dryRun') == "true")
#set($context.requestOverride.querystring.dry = "1")
#else
#set($context.requestOverride.querystring.dry = "0")
#end
{
  "TableName": "$table",
  "ConditionExpression": "attribute_not_exists(id)",
  "Item": {
    "id": {"S": "$context.requestId"},
    "stage": {"S": "$context.stage"},
    "customer": {"S": "$util.escapeJavaScript($root.customer.id).replaceAll("\\'", "'")"},
    "total": {"N": "$root.total"},
    "note": {"S": "$util.escapeJavaScript($input.params('note'))"},
    "receivedAt": {"N": "$context.requestTimeEpoch"},
    "source": {"M": {
      "ip": {"S": "$context.identity.sourceIp"},
      "agent": {"S": "$util.escapeJavaScript($context.identity.userAgent)"},
      "caller": {"S": "$!context.authorizer.principalId"}
    }},
    "lines": {"L": [
      #foreach($line in $root.lines)
      {"M": {
        "sku": {"S": "$line.sku"},
        "quantity": {"N": "$line.quantity"},
        "price": {"N": "#if($line.price)$line.price#{else}0#end"},
        "tags": {"L": [#foreach($tag in $line.tags){"S": "$tag"}#if($foreach.hasNext), #end#end]}
      }}#if($foreach.hasNext),#end
      #end
    ]},
    "raw": {"S": "$util.base64Encode($input.body)"}
  },
  "params": {
    #foreach($type in $allParams.keySet())
    #set($params = $allParams.get($type))
    "$type": {
      #foreach($paramName in $params.keySet())
      "$paramName": "$util.escapeJavaScript($params.get($paramName))"#if($foreach.hasNext),#end
      #end
    }#if($foreach.hasNext),#end
    #end
  },
  "status": "#if($root.total > 1000)REVIEW#elseif($root.customer.vip)EXPRESS#{else}NEW#end",
  "ReturnConsumedCapacity": "TOTAL"
}
"##;

fn means(source: &str) {
    let Ok(parsed) = parse(source) else { panic!("{source}") };
    let analysis = Analysis::of(source, &parsed.template, Given::default());
    black_box((analysis.shape(), analysis.status().answer.is_yes(), analysis.overrides().len()));
}

fn one(c: &mut Criterion) {
    let Ok(parsed) = parse(ORDER) else { panic!("the template") };
    let mut group = c.benchmark_group("two_kilobytes");
    group.throughput(Throughput::Bytes(ORDER.len() as u64));
    group.bench_function("parse", |b| b.iter(|| parse(black_box(ORDER)).is_ok()));
    group.bench_function("analysis", |b| {
        b.iter(|| black_box(Analysis::of(black_box(ORDER), &parsed.template, Given::default()).shape()));
    });
    let analysis = Analysis::of(ORDER, &parsed.template, Given::default());
    group.bench_function("lists", |b| {
        b.iter(|| {
            black_box((analysis.unknown_members(), analysis.stage_variables(), analysis.fields(), analysis.arns()))
        });
    });
    group.finish();
}

/// Time divided by length must not grow.
fn growth(c: &mut Criterion) {
    let mut group = c.benchmark_group("growth");
    for times in [1usize, 8, 64] {
        let source = format!(
            "[{}null]",
            "{\"a\": #if($input.path('$.a') == 1)\"$context.stage\"#{else}7#end},\n".repeat(times * 10)
        );
        group.throughput(Throughput::Bytes(source.len() as u64));
        group.bench_with_input(BenchmarkId::new("branches", source.len()), &source, |b, source| {
            b.iter(|| means(source))
        });
    }
    for depth in [6usize, 24, 96] {
        let source = format!("{}1{}", "#if($x)[".repeat(depth), "]#{else}2#end".repeat(depth));
        group.throughput(Throughput::Bytes(source.len() as u64));
        group.bench_with_input(BenchmarkId::new("nested_branches", depth), &source, |b, source| {
            b.iter(|| means(source))
        });
    }
    for depth in [2usize, 4, 8, 16, 32] {
        let open = "#foreach($i in $input.path('$'))[".repeat(depth);
        let source = format!("{open}1{}", "]#if($foreach.hasNext),#end#end".repeat(depth));
        group.throughput(Throughput::Bytes(source.len() as u64));
        group.bench_with_input(BenchmarkId::new("nested_loops", depth), &source, |b, source| b.iter(|| means(source)));
    }
    group.finish();
}

criterion_group!(benches, one, growth);
criterion_main!(benches);
