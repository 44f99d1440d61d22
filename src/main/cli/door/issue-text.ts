import type { z } from 'zod'

/** What is wrong with a line that is not as it has to be: a sentence about its first field that is wrong. */
export function issueText(issue: z.core.$ZodIssue | undefined, value: object): string {
  if (issue === undefined) return 'it is not valid.'
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.map((key) => JSON.stringify([...issue.path, key].join('.')))
    return `${names.join(', ')} ${names.length === 1 ? 'is no field' : 'are no fields'} of it.`
  }
  const field = JSON.stringify(issue.path.join('.'))
  const missing = issue.path.length === 1 && !Object.hasOwn(value, issue.path[0] as string)
  return missing ? `${field} is missing.` : `${field} ${problemOf(issue)}.`
}

/** What follows the field's name. */
function problemOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? 'something else'}`
    case 'invalid_value':
      return `must be ${oneOf(issue.values.map((value) => JSON.stringify(value)))}`
    case 'too_big':
      return issue.origin === 'string'
        ? `is longer than ${issue.maximum} characters`
        : `must be at most ${issue.maximum}`
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must be at least ${issue.minimum}`
    case 'invalid_union':
      return issue.path.at(-1) === 'id' ? 'must be a text of at most 200 characters or a number' : 'is not valid'
    default:
      return 'is not valid'
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object'
}

function oneOf(values: readonly (string | undefined)[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`
}
