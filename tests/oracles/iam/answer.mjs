// Reads cases, a line each; prints A (allowed), I (implicitly denied) or E (explicitly denied).
// The argument is the folder that holds the packages.
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const load = (name) => import(pathToFileURL(`${process.argv[2]}/${name}/dist/esm/index.js`).href)
const { runUnsafeSimulation } = await load('iam-simulate')
const { createValidatedPolicy } = await load('iam-policy')

const levels = (given) =>
  (given ?? []).map((policies, level) => ({
    orgIdentifier: `level-${level}`,
    policies: policies.map((policy, index) => ({ name: `${level}-${index}`, policy })),
  }))

for await (const line of createInterface({ input: process.stdin })) {
  const it = JSON.parse(line)
  const simulation = {
    request: {
      principal: it.principal,
      action: it.action,
      resource: { resource: it.resource, accountId: it.account },
      contextVariables: it.context,
    },
    identityPolicies: it.identity.map((policy, index) => ({ name: `own-${index}`, policy })),
    serviceControlPolicies: levels(it.scps),
    resourceControlPolicies: levels(it.rcps),
    // Unnamed, a policy on a resource is a TypeError.
    resourcePolicy: it.resourcePolicy ? createValidatedPolicy(it.resourcePolicy, () => [], { name: 'resource' }) : undefined,
    permissionBoundaryPolicies: it.boundary ? [{ name: 'boundary', policy: it.boundary }] : undefined,
  }
  process.stdout.write({ Allowed: 'A', ImplicitlyDenied: 'I', ExplicitlyDenied: 'E' }[runUnsafeSimulation(simulation, {})])
}
