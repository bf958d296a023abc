//! Which operation a REST request is. `{}` captures a segment, `*` passes over one (a version).

pub(crate) type Row = (&'static str, &'static str, &'static str);

pub(crate) const APIGATEWAY: &[Row] = &[
    ("GET", "restapis", "GetRestApis"),
    ("POST", "restapis", "CreateRestApi"),
    ("GET", "restapis/{}", "GetRestApi"),
    ("PUT", "restapis/{}", "PutRestApi"),
    ("PATCH", "restapis/{}", "UpdateRestApi"),
    ("DELETE", "restapis/{}", "DeleteRestApi"),
    ("GET", "restapis/{}/resources", "GetResources"),
    ("GET", "restapis/{}/resources/{}", "GetResource"),
    ("POST", "restapis/{}/resources/{}", "CreateResource"),
    ("PATCH", "restapis/{}/resources/{}", "UpdateResource"),
    ("DELETE", "restapis/{}/resources/{}", "DeleteResource"),
    ("GET", "restapis/{}/resources/{}/methods/{}", "GetMethod"),
    ("PUT", "restapis/{}/resources/{}/methods/{}", "PutMethod"),
    ("PATCH", "restapis/{}/resources/{}/methods/{}", "UpdateMethod"),
    ("DELETE", "restapis/{}/resources/{}/methods/{}", "DeleteMethod"),
    ("GET", "restapis/{}/resources/{}/methods/{}/responses/{}", "GetMethodResponse"),
    ("PUT", "restapis/{}/resources/{}/methods/{}/responses/{}", "PutMethodResponse"),
    ("DELETE", "restapis/{}/resources/{}/methods/{}/responses/{}", "DeleteMethodResponse"),
    ("GET", "restapis/{}/resources/{}/methods/{}/integration", "GetIntegration"),
    ("PUT", "restapis/{}/resources/{}/methods/{}/integration", "PutIntegration"),
    ("PATCH", "restapis/{}/resources/{}/methods/{}/integration", "UpdateIntegration"),
    ("DELETE", "restapis/{}/resources/{}/methods/{}/integration", "DeleteIntegration"),
    ("GET", "restapis/{}/resources/{}/methods/{}/integration/responses/{}", "GetIntegrationResponse"),
    ("PUT", "restapis/{}/resources/{}/methods/{}/integration/responses/{}", "PutIntegrationResponse"),
    ("DELETE", "restapis/{}/resources/{}/methods/{}/integration/responses/{}", "DeleteIntegrationResponse"),
    ("GET", "restapis/{}/authorizers", "GetAuthorizers"),
    ("POST", "restapis/{}/authorizers", "CreateAuthorizer"),
    ("GET", "restapis/{}/authorizers/{}", "GetAuthorizer"),
    ("PATCH", "restapis/{}/authorizers/{}", "UpdateAuthorizer"),
    ("DELETE", "restapis/{}/authorizers/{}", "DeleteAuthorizer"),
    ("GET", "restapis/{}/deployments", "GetDeployments"),
    ("POST", "restapis/{}/deployments", "CreateDeployment"),
    ("GET", "restapis/{}/deployments/{}", "GetDeployment"),
    ("DELETE", "restapis/{}/deployments/{}", "DeleteDeployment"),
    ("GET", "restapis/{}/stages", "GetStages"),
    ("POST", "restapis/{}/stages", "CreateStage"),
    ("GET", "restapis/{}/stages/{}", "GetStage"),
    ("PATCH", "restapis/{}/stages/{}", "UpdateStage"),
    ("DELETE", "restapis/{}/stages/{}", "DeleteStage"),
    ("GET", "restapis/{}/stages/{}/exports/{}", "GetExport"),
    ("GET", "restapis/{}/models", "GetModels"),
    ("POST", "restapis/{}/models", "CreateModel"),
    ("GET", "restapis/{}/requestvalidators", "GetRequestValidators"),
    ("POST", "restapis/{}/requestvalidators", "CreateRequestValidator"),
    ("GET", "restapis/{}/gatewayresponses", "GetGatewayResponses"),
    ("PUT", "restapis/{}/gatewayresponses/{}", "PutGatewayResponse"),
    ("GET", "vpclinks", "GetVpcLinks"),
    ("POST", "vpclinks", "CreateVpcLink"),
    ("GET", "vpclinks/{}", "GetVpcLink"),
    ("PATCH", "vpclinks/{}", "UpdateVpcLink"),
    ("DELETE", "vpclinks/{}", "DeleteVpcLink"),
    ("GET", "domainnames", "GetDomainNames"),
    ("POST", "domainnames", "CreateDomainName"),
    ("GET", "domainnames/{}", "GetDomainName"),
    ("DELETE", "domainnames/{}", "DeleteDomainName"),
    ("GET", "domainnames/{}/basepathmappings", "GetBasePathMappings"),
    ("POST", "domainnames/{}/basepathmappings", "CreateBasePathMapping"),
    ("GET", "usageplans", "GetUsagePlans"),
    ("GET", "apikeys", "GetApiKeys"),
    ("GET", "clientcertificates", "GetClientCertificates"),
    ("GET", "account", "GetAccount"),
    ("PATCH", "account", "UpdateAccount"),
];

pub(crate) const APIGATEWAYV2: &[Row] = &[
    ("GET", "v2/apis", "GetApis"),
    ("POST", "v2/apis", "CreateApi"),
    ("PUT", "v2/apis", "ImportApi"),
    ("GET", "v2/apis/{}", "GetApi"),
    ("PUT", "v2/apis/{}", "ReimportApi"),
    ("PATCH", "v2/apis/{}", "UpdateApi"),
    ("DELETE", "v2/apis/{}", "DeleteApi"),
    ("GET", "v2/apis/{}/routes", "GetRoutes"),
    ("POST", "v2/apis/{}/routes", "CreateRoute"),
    ("GET", "v2/apis/{}/routes/{}", "GetRoute"),
    ("PATCH", "v2/apis/{}/routes/{}", "UpdateRoute"),
    ("DELETE", "v2/apis/{}/routes/{}", "DeleteRoute"),
    ("GET", "v2/apis/{}/routes/{}/routeresponses", "GetRouteResponses"),
    ("POST", "v2/apis/{}/routes/{}/routeresponses", "CreateRouteResponse"),
    ("GET", "v2/apis/{}/integrations", "GetIntegrations"),
    ("POST", "v2/apis/{}/integrations", "CreateIntegration"),
    ("GET", "v2/apis/{}/integrations/{}", "GetIntegration"),
    ("PATCH", "v2/apis/{}/integrations/{}", "UpdateIntegration"),
    ("DELETE", "v2/apis/{}/integrations/{}", "DeleteIntegration"),
    ("GET", "v2/apis/{}/integrations/{}/integrationresponses", "GetIntegrationResponses"),
    ("POST", "v2/apis/{}/integrations/{}/integrationresponses", "CreateIntegrationResponse"),
    ("GET", "v2/apis/{}/authorizers", "GetAuthorizers"),
    ("POST", "v2/apis/{}/authorizers", "CreateAuthorizer"),
    ("GET", "v2/apis/{}/authorizers/{}", "GetAuthorizer"),
    ("PATCH", "v2/apis/{}/authorizers/{}", "UpdateAuthorizer"),
    ("DELETE", "v2/apis/{}/authorizers/{}", "DeleteAuthorizer"),
    ("GET", "v2/apis/{}/stages", "GetStages"),
    ("POST", "v2/apis/{}/stages", "CreateStage"),
    ("GET", "v2/apis/{}/stages/{}", "GetStage"),
    ("PATCH", "v2/apis/{}/stages/{}", "UpdateStage"),
    ("DELETE", "v2/apis/{}/stages/{}", "DeleteStage"),
    ("GET", "v2/apis/{}/deployments", "GetDeployments"),
    ("POST", "v2/apis/{}/deployments", "CreateDeployment"),
    ("GET", "v2/apis/{}/deployments/{}", "GetDeployment"),
    ("GET", "v2/apis/{}/exports/{}", "ExportApi"),
    ("GET", "v2/apis/{}/models", "GetModels"),
    ("GET", "v2/vpclinks", "GetVpcLinks"),
    ("POST", "v2/vpclinks", "CreateVpcLink"),
    ("GET", "v2/vpclinks/{}", "GetVpcLink"),
    ("PATCH", "v2/vpclinks/{}", "UpdateVpcLink"),
    ("DELETE", "v2/vpclinks/{}", "DeleteVpcLink"),
    ("GET", "v2/domainnames", "GetDomainNames"),
    ("POST", "v2/domainnames", "CreateDomainName"),
    ("GET", "v2/domainnames/{}", "GetDomainName"),
    ("GET", "v2/domainnames/{}/apimappings", "GetApiMappings"),
    ("POST", "v2/domainnames/{}/apimappings", "CreateApiMapping"),
];

pub(crate) const LAMBDA: &[Row] = &[
    ("GET", "*/functions", "ListFunctions"),
    ("POST", "*/functions", "CreateFunction"),
    ("GET", "*/functions/{}", "GetFunction"),
    ("DELETE", "*/functions/{}", "DeleteFunction"),
    ("GET", "*/functions/{}/configuration", "GetFunctionConfiguration"),
    ("PUT", "*/functions/{}/configuration", "UpdateFunctionConfiguration"),
    ("PUT", "*/functions/{}/code", "UpdateFunctionCode"),
    ("GET", "*/functions/{}/policy", "GetPolicy"),
    ("POST", "*/functions/{}/policy", "AddPermission"),
    ("DELETE", "*/functions/{}/policy/{}", "RemovePermission"),
    ("GET", "*/functions/{}/concurrency", "GetFunctionConcurrency"),
    ("PUT", "*/functions/{}/concurrency", "PutFunctionConcurrency"),
    ("DELETE", "*/functions/{}/concurrency", "DeleteFunctionConcurrency"),
    ("GET", "*/functions/{}/aliases", "ListAliases"),
    ("POST", "*/functions/{}/aliases", "CreateAlias"),
    ("GET", "*/functions/{}/aliases/{}", "GetAlias"),
    ("PUT", "*/functions/{}/aliases/{}", "UpdateAlias"),
    ("DELETE", "*/functions/{}/aliases/{}", "DeleteAlias"),
    ("GET", "*/functions/{}/versions", "ListVersionsByFunction"),
    ("POST", "*/functions/{}/versions", "PublishVersion"),
    ("GET", "*/functions/{}/provisioned-concurrency", "GetProvisionedConcurrencyConfig"),
    ("GET", "*/account-settings", "GetAccountSettings"),
];

/// The operation and the captured segments.
pub(crate) fn find(table: &[Row], method: &str, path: &[String]) -> Option<(&'static str, Vec<String>)> {
    table.iter().filter(|row| row.0 == method).find_map(|row| captures(row.1, path).map(|ids| (row.2, ids)))
}

fn captures(pattern: &str, path: &[String]) -> Option<Vec<String>> {
    let pattern: Vec<&str> = pattern.split('/').collect();
    if pattern.len() != path.len() {
        return None;
    }
    let mut ids = Vec::new();
    for (want, have) in pattern.iter().zip(path) {
        match *want {
            "{}" => ids.push(have.clone()),
            "*" => {}
            literal if literal == have => {}
            _ => return None,
        }
    }
    Some(ids)
}
