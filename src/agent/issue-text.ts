import type { z } from 'zod'

/** The service's own sentence for a field that does not fit, followed by what is wrong with it. */
export function describeIssue(error: z.ZodError, prefix: readonly PropertyKey[] = []): string {
  const issue = deepest(error.issues)
  const path = [...prefix, ...(issue?.path ?? [])].map(String).join('.').slice(0, 200)
  const field = path === '' ? 'type' : path
  const detail = issue === undefined ? 'it does not fit' : issueDetail(issue)
  return `Error parsing client message. Check the ${field} field against the API spec: ${detail}.`
}

type Issue = z.core.$ZodIssue

/** A union reports one list per member; the member that got furthest tells most. */
function deepest(issues: readonly Issue[], path: readonly PropertyKey[] = []): Issue | undefined {
  let best: Issue | undefined
  for (const issue of issues) {
    const here = { ...issue, path: [...path, ...issue.path] }
    const inner = issue.code === 'invalid_union' ? deepest(issue.errors.flat(), here.path) : undefined
    const found = inner !== undefined && inner.path.length > here.path.length ? inner : here
    if (best === undefined || found.path.length > best.path.length) best = found
  }
  return best
}

function issueDetail(issue: Issue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `unknown field ${issue.keys
        .slice(0, 3)
        .map((key) => JSON.stringify(key.slice(0, 60)))
        .join(', ')}`
    case 'invalid_type':
      return issue.message.includes('undefined')
        ? `it is required and must be ${issue.expected}`
        : `it must be ${issue.expected}`
    case 'invalid_value':
      return `it must be one of ${issue.values.map(String).join(', ')}`
    default:
      return issue.message.replace(/\.$/, '')
  }
}
