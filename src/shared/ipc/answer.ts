import { CallError, calls, type CallName, type Handlers, type Reply } from './contract.ts'
import { inputProblem } from './input-limits.ts'

function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name)
}

/**
 * Answers one call from the renderer: unknown names and malformed input get an error reply, a `CallError` keeps its code,
 * anything else is reported to `onFault` and answered as `internal` without its text (it might hold what must stay in main).
 */
export async function answerCall(
  handlers: Handlers,
  name: string,
  input: unknown,
  onFault: (name: string, cause: unknown) => void
): Promise<Reply<unknown>> {
  if (!isCallName(name)) return { ok: false, error: { code: 'unknown-call', message: 'There is no such call.' } }
  const problem = inputProblem(input)
  if (problem !== undefined) return { ok: false, error: { code: 'invalid-input', message: `${name}: ${problem}` } }
  const parsed = calls[name].input.safeParse(input)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const where = issue === undefined || issue.path.length === 0 ? name : `${name}: ${issue.path.join('.')}`
    return { ok: false, error: { code: 'invalid-input', message: `${where}: ${issue?.message ?? 'invalid input'}` } }
  }
  try {
    const handler = handlers[name] as (value: unknown) => unknown
    return { ok: true, value: await handler(parsed.data) }
  } catch (cause) {
    if (cause instanceof CallError) return { ok: false, error: { code: cause.code, message: cause.message } }
    onFault(name, cause)
    return {
      ok: false,
      error: { code: 'internal', message: 'Something went wrong inside Parley. The log has the details.' }
    }
  }
}
